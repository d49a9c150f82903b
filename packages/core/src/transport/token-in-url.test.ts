import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { createSessions } from "../session/manager.ts";
import { bench, idOf } from "../testing/bench.ts";
import { cookie, query } from "../transports.ts";

const FORCED: readonly HeaderPair[] = [
  ["referrer-policy", "no-referrer"],
  ["cache-control", "no-store"],
];
const transport = () => [cookie(), query("sid", { carries: "token" })];
const at = (token: string) => ({ url: `/page?x=1&sid=${token}`, headers: {} });

describe("a token in the URL", () => {
  test("whoever listens right after construction is warned, once", async () => {
    const sessions = createSessions({ transport: transport() });
    const warnings: string[] = [];
    sessions.events.on("warning", ({ code }) => warnings.push(code));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual(["token-in-url"]);
  });

  test("opens its session, and its response is kept out of Referer headers and caches", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("ann");
    const session = await sessions.open(at(token));
    expect(await sessions.commit(session)).toEqual(FORCED);
    expect(session.userId).toBe("ann");
  });

  test("worthless or not: whatever stands there is treated as a secret", async () => {
    const { sessions, eventsOf } = bench({ transport: transport() });
    expect(await sessions.commit(await sessions.open(at("junk")))).toEqual(FORCED);
    expect(eventsOf("token-rejected")).toEqual([{ id: undefined, reason: "malformed" }]);
    expect(await sessions.commit(await sessions.open({ url: "/?x=1", headers: {} }))).toEqual([]);
  });

  test("what is to be told is told by the first of the others", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("ann");
    const session = await sessions.open(at(token));
    session.rotate();
    const headers = await sessions.commit(session);
    expect(headers[0]?.[0]).toBe("set-cookie");
    expect(headers[0]?.[1]).toContain(`__Host-id=${idOf(token)}.`);
    const fresh = await sessions.open({ url: "/?sid=", headers: {} });
    fresh.set("a", 1);
    expect((await sessions.commit(fresh))[0]?.[0]).toBe("set-cookie");
  });

  test("G3 another user's token beside the cookie: neither counts", async () => {
    const { sessions, eventsOf } = bench({ transport: transport() });
    const [ann, bob] = [await sessions.issue("ann"), await sessions.issue("bob")];
    const session = await sessions.open({ ...at(bob), headers: { cookie: `__Host-id=${ann}` } });
    expect(session.userId).toBeUndefined();
    expect(eventsOf("token-rejected").map(({ reason }) => reason)).toEqual([
      "ambiguous",
      "ambiguous",
    ]);
  });

  test("G3 a URL full of tokens costs no more reads than one full of cookies", async () => {
    const { sessions, calls } = bench({ transport: transport() });
    const tokens: string[] = [];
    for (let n = 0; n < 9; n++) tokens.push(await sessions.issue(`user ${n}`));
    calls.length = 0;
    await sessions.open({ url: `/?${tokens.map((it) => `sid=${it}`).join("&")}`, headers: {} });
    expect(calls).toEqual(["read", "read", "read", "read"]);
  });

  test("hands nothing off, and answers nothing by itself", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("ann");
    expect(sessions.answerTo(at(token))).toBeUndefined();
    const session = await sessions.open(at(token));
    await expect(sessions.handOff(session, "https://shop.example")).rejects.toThrow(
      SessionConfigError,
    );
  });
});
