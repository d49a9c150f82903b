import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions } from "@coatcheck/core";
import { expressSession } from "@coatcheck/express";
import { sqliteStore } from "@coatcheck/store-sqlite";

// Usage: server.worker.ts PATH: counts the visits of each session, until it is killed.
const [, , path = ""] = process.argv;
const sessions = createSessions<{ count: number }>({ storage: sqliteStore({ path }) });
const session = expressSession(sessions);

const server = createServer((request, response) => {
  session(request, response, (error) => {
    if (error) {
      response.writeHead(500).end(String(error));
      return;
    }
    const visit = sessions.of(request);
    visit.update("count", (count = 0) => count + 1);
    response.end(String(visit.get("count")));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
