import { describe, expect, test } from "vitest";
import { CookieDeliveryError, CrossOriginError, SessionConfigError } from "../errors.ts";
import { generateKey } from "../sealed/key.ts";
import { sealed } from "../sealed.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { createSessions } from "../session/manager.ts";
import type { Session } from "../session/session.ts";
import { bench, idOf, type Loose } from "../testing/bench.ts";
import { cookie, query } from "../transports.ts";

const FORCED: readonly HeaderPair[] = [
  ["referrer-policy", "no-referrer"],
  ["cache-control", "no-store"],
];
const transport = () => [cookie(), query("sid", { carries: "token" })];
const storage = () => sealed({ keys: generateKey(), revocation: "none" });
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

  test("a login and a new session are told by the first of the others", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("ann");
    const session = await sessions.open(at(token));
    session.login("ann");
    const headers = await sessions.commit(session);
    expect(headers[0]?.[0]).toBe("set-cookie");
    expect(headers[0]?.[1]).toContain(`__Host-id=${idOf(token)}.`);
    for (const sid of ["", "junk"]) {
      const fresh = await sessions.open({ url: `/?sid=${sid}`, headers: {} });
      fresh.set("a", 1);
      expect((await sessions.commit(fresh))[0]?.[0]).toBe("set-cookie");
    }
  });

  test("G4 a link moves no browser into the session of its URL", async () => {
    const it = bench({ transport: transport() });
    const { sessions } = it;
    const token = await sessions.issue("mallory");
    const visit = async (work: (session: Session<Loose>) => void) => {
      const session = await sessions.open(at(token));
      work(session);
      const headers = await sessions.commit(session);
      expect(headers.map(([name]) => name)).not.toContain("set-cookie");
    };
    await visit((session) => session.set("cart", ["apple"]));
    await visit((session) => session.rotate());
    // The token of that rotation was never presented, so that a cookie's client would be told again.
    it.wait(11_000);
    await visit(() => {});
    await visit((session) => session.set("cart", []));
  });

  test("G4 nor does one whose session lives in its token, made anew after a while", async () => {
    const it = bench({ transport: transport(), storage: storage() });
    const { sessions } = it;
    const token = await sessions.issue("mallory");
    it.wait(120_000);
    const headers = await sessions.commit(await sessions.open(at(token)));
    expect(new Map(headers)).toEqual(new Map(FORCED));
  });

  test("G14 what is written to such a session cannot be kept, and says so", async () => {
    const { sessions } = bench({ transport: transport(), storage: storage() });
    const session = await sessions.open(at(await sessions.issue("ann")));
    session.set("cart", ["apple"]);
    expect(() => sessions.commit(session)).toThrow(CookieDeliveryError);
  });

  test("a logout by a URL takes no cookie away, which may be another session's", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("ann");
    for (const sid of [token, "junk"]) {
      const session = await sessions.open(at(sid));
      session.destroy();
      expect(new Map(await sessions.commit(session))).toEqual(new Map(FORCED));
    }
    expect((await sessions.open(at(token))).userId).toBeUndefined();
  });

  test("G17 another site's form is refused with a token in its URL", async () => {
    const { sessions } = bench({ transport: transport() });
    const token = await sessions.issue("mallory");
    const foreign = { method: "POST", headers: { "sec-fetch-site": "cross-site" } };
    expect(() => sessions.open({ ...at(token), ...foreign })).toThrow(CrossOriginError);
    const session = await sessions.open({ ...at("junk"), ...foreign });
    session.login("mallory");
    expect(() => sessions.commit(session)).toThrow(CrossOriginError);
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
