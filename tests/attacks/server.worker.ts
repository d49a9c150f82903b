import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions, memoryStore, type Session, type SessionStore } from "@coatcheck/core";
import { rememberMe } from "@coatcheck/core/remember";
import { expressSession } from "@coatcheck/express";
import { type DriverName, drivers } from "../services/drivers.ts";

/** Where a process keeps its sessions, and its remember-me tokens. */
export interface Job {
  readonly driver: DriverName | "memory";
  readonly sessions: Place;
  readonly tokens: Place;
  readonly perUser: number;
}

export interface Place {
  readonly urls: readonly string[];
  readonly name: string;
}

const job = JSON.parse(process.argv[2] ?? "") as Job;
let ahead = 0;
const clock = () => Date.now() + ahead;

async function openStore({ urls, name }: Place): Promise<SessionStore> {
  if (job.driver === "memory") return memoryStore({ clock });
  return (await drivers[job.driver].open(urls, name, { clock })).store;
}

const storage = await openStore(job.sessions);
const tokens = await openStore(job.tokens);
// Fifty requests at once wait for each other, on a machine that may be busy.
const common = { storage, clock, storeTimeout: "25s" } as const;
const free = createSessions({ ...common, remember: rememberMe({ store: tokens }) });
const limited = createSessions({ ...common, limits: { perUser: job.perUser } });
const middlewares = new Map(
  [free, limited].map((sessions) => [sessions, expressSession(sessions)]),
);

/** Requests that wait in their handlers until all go on at once. */
let held: Array<() => void> = [];
const watchers: Array<() => void> = [];

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname.startsWith("/test/")) {
    void answerTest(url).then((body) => response.end(JSON.stringify(body)));
    return;
  }
  const sessions = url.searchParams.has("limited") ? limited : free;
  middlewares.get(sessions)?.(request, response, (error) => {
    if (error) fail(response, error);
    else {
      answer(url, sessions.of(request)).then(
        (body) => {
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify(body));
        },
        (failure) => fail(response, failure),
      );
    }
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

function fail(response: ServerResponse, error: unknown): void {
  response.statusCode = (error as { status?: number }).status ?? 500;
  response.end(String(error));
}

async function answer(url: URL, session: Session): Promise<unknown> {
  const { searchParams: query } = url;
  if (query.has("hold")) {
    await new Promise<void>((resolve) => {
      held.push(resolve);
      for (const watch of watchers.splice(0)) watch();
    });
  }
  switch (url.pathname) {
    case "/login":
      session.login(query.get("user") ?? "", { remember: query.has("remember") });
      break;
    case "/logout":
      session.destroy();
      break;
    case "/revoke-others":
      await free.revokeOthers(session);
      break;
    case "/rotate":
      session.rotate();
      break;
    case "/write":
      session.set(query.get("key") ?? "", 1);
      break;
    default:
  }
  return { id: session.id, userId: session.userId ?? null, data: session.data };
}

/** What the test does to the process: no request of a visitor. */
async function answerTest({ pathname, searchParams: query }: URL): Promise<unknown> {
  const user = query.get("user") ?? "";
  switch (pathname) {
    case "/test/advance":
      ahead += Number(query.get("ms"));
      return {};
    case "/test/held":
      while (held.length < Number(query.get("count"))) {
        await new Promise<void>((resolve) => watchers.push(resolve));
      }
      return {};
    case "/test/release": {
      const all = held;
      held = [];
      for (const go of all) go();
      return {};
    }
    case "/test/revoke":
      return free.revokeUser(user);
    default:
      return (await free.list(user)).length;
  }
}
