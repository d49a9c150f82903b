import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions } from "@coatcheck/core";
import { type KeyOptions, sealed } from "@coatcheck/core/sealed";
import { expressSession } from "@coatcheck/express";
import { sqliteStore } from "@coatcheck/store-sqlite";

/** What a parent asks for by message, and what it gets. */
export interface Tally {
  /** How often a session arrived under an older key since the last question. */
  readonly older: number;
  /** How many tokens were not accepted, ever. */
  readonly rejected: number;
}

// Usage: sealed.worker.ts PATH KEYS: counts the visits of each session, which lives in its cookie. Tells its port; then, whenever it is
// asked, its tally; ends when the parent says so, once everything that has begun is answered.
const [, , path = "", keys = ""] = process.argv;
let older = 0;
let rejected = 0;
const sessions = createSessions<{ count: number; name: string }>({
  storage: sealed({
    keys: JSON.parse(keys) as KeyOptions,
    revocation: sqliteStore({ path }),
  }),
});
sessions.events.on("older-key", () => {
  older += 1;
});
sessions.events.on("token-rejected", () => {
  rejected += 1;
});
const session = expressSession(sessions);

const server = createServer((request, response) => {
  session(request, response, (error) => {
    if (error) {
      response.writeHead(500).end(String(error));
      return;
    }
    const url = new URL(request.url ?? "", "http://localhost");
    const visit = sessions.of(request);
    if (url.pathname === "/login") {
      const name = url.searchParams.get("name") ?? "";
      visit.login(name);
      visit.set("name", name);
    } else if (url.pathname === "/rotate") visit.rotate();
    if (url.pathname !== "/read") visit.set("count", (visit.get("count") ?? 0) + 1);
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ user: visit.userId, name: visit.get("name"), count: visit.get("count") }),
    );
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

process.on("message", (said) => {
  if (said === "stop") {
    // Keep-alive connections are closed when they are idle; what is under way is answered first.
    server.close(() => process.disconnect?.());
    server.closeIdleConnections();
  } else {
    const tally: Tally = { older, rejected };
    older = 0;
    process.send?.(tally);
  }
});
