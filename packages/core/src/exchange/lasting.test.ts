import { createServer, request } from "node:http";
import { expect, test } from "vitest";
import { createSessions } from "../session/manager.ts";
import { memoryStore } from "../store/memory.ts";
import { listening, serving } from "./testing/serving.ts";

const MINUTE = 60_000;

/** A client that was seen 25 minutes before the end of its response: whether its session lives 10 minutes after that. With `idle: "30m"`. */
async function livesOn(begin: "writeHead" | "flushHeaders" | "write", leaves: boolean) {
  let now = Date.parse("2030-01-01T00:00:00Z");
  const clock = () => now;
  const sessions = createSessions({ storage: memoryStore({ clock }), clock });
  const token = await sessions.issue("ann");
  const headers = { cookie: `${sessions.cookie.name}=${token}` };
  const closed = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<() => void>();
  const handle = serving(sessions, (_sessions, _req, res) => {
    res.on("close", closed.resolve);
    if (begin === "writeHead") res.writeHead(200, { "x-a": "b" });
    else if (begin === "flushHeaders") res.flushHeaders();
    else res.write("a");
    begun.resolve(() => res.end());
  });
  const port = await listening(createServer(handle));
  const sent = request({ port, host: "127.0.0.1", headers, agent: false });
  sent.on("error", () => {});
  sent.on("response", (response) => response.on("error", () => {}).resume());
  sent.end();
  const end = await begun.promise;
  now += 25 * MINUTE;
  if (leaves) sent.destroy();
  else end();
  await closed.promise;
  now += 10 * MINUTE;
  return (await sessions.open({ headers })).userId === "ann";
}

test.each([
  ["writeHead", false],
  ["writeHead", true],
  ["flushHeaders", false],
  ["flushHeaders", true],
  ["write", false],
  ["write", true],
] as const)(
  "the client of a response that began by %s is seen at its end, if it left: %s",
  async (begin, leaves) => {
    expect(await livesOn(begin, leaves)).toBe(true);
  },
);
