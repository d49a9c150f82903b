import { describe, expect, test } from "vitest";
import { CrossOriginError } from "../errors.ts";
import { type Bench, bench, idOf } from "../testing/bench.ts";
import { bearer, cookie, header } from "../transports.ts";

/** A session's token, and how the requests of these tests carry one. */
const bear = (token: string) => ({ authorization: `Bearer ${token}` });
const bake = (token: string) => ({ cookie: `__Host-id=${token}` });

/** The names of the headers that a commit would send. */
async function namesAfter(
  { sessions }: Bench,
  headers: Record<string, string>,
  work: "login" | "rotate" | "set",
): Promise<string[]> {
  const session = await sessions.open({ headers });
  if (work === "login") session.login("ann");
  else if (work === "rotate") session.rotate();
  else session.set("a", 1);
  return (await sessions.commit(session)).map(([name]) => name);
}

describe("several transports", () => {
  test("a new session goes out by the first", async () => {
    const cookies = bench({ transport: [cookie(), bearer()] });
    expect(await namesAfter(cookies, {}, "set")).toEqual([
      "set-cookie",
      "cache-control",
      "vary",
      "vary",
    ]);
    const bearers = bench({ transport: [bearer(), cookie()] });
    expect(await namesAfter(bearers, {}, "set")).toEqual([
      "x-session-token",
      "cache-control",
      "vary",
      "vary",
    ]);
  });

  test("a session is answered by the way by which it came", async () => {
    const it = bench({ transport: [cookie(), bearer(), header("x-id")] });
    const token = await it.sessions.issue("ann");
    for (const [headers, name] of [
      [bake(token), "set-cookie"],
      [bear(token), "x-session-token"],
      [{ "x-id": token }, "x-id"],
    ] as const) {
      expect((await namesAfter(it, headers, "rotate"))[0]).toBe(name);
    }
  });

  test("a client whose token is no good any more is answered by its way too", async () => {
    const it = bench({ transport: [cookie(), bearer()] });
    const token = await it.sessions.issue("ann");
    await it.sessions.revoke(idOf(token));
    expect((await namesAfter(it, bear(token), "login"))[0]).toBe("x-session-token");
  });

  test("G18 what was read varies by each of them", async () => {
    const { sessions } = bench({ transport: [cookie(), bearer(), header("x-id")] });
    const session = await sessions.open({ headers: {} });
    session.get("a");
    expect(await sessions.commit(session)).toEqual([
      ["vary", "Cookie"],
      ["vary", "Authorization"],
      ["vary", "x-id"],
    ]);
  });

  test("G3 two different good tokens are nobody's", async () => {
    const { sessions, eventsOf, memory } = bench({ transport: [cookie(), bearer()] });
    const [ann, bob] = [await sessions.issue("ann"), await sessions.issue("bob")];
    const session = await sessions.open({ headers: { ...bake(ann), ...bear(bob) } });
    expect(session.userId).toBeUndefined();
    expect(eventsOf("token-rejected")).toEqual(
      [ann, bob].map((token) => ({ id: idOf(token), reason: "ambiguous" })),
    );
    expect(memory.read(idOf(ann))).toBeDefined();
  });

  test("a good token beside one that is none counts, whichever comes first", async () => {
    const { sessions } = bench({ transport: [cookie(), bearer()] });
    const [ann, gone] = [await sessions.issue("ann"), await sessions.issue("bob")];
    await sessions.revoke(idOf(gone));
    for (const bad of [gone, "junk"]) {
      for (const headers of [
        { ...bake(ann), ...bear(bad) },
        { ...bake(bad), ...bear(ann) },
      ]) {
        expect((await sessions.open({ headers })).userId).toBe("ann");
      }
    }
  });

  test("one session by two ways: the newest token decides, of equals the first way", async () => {
    const it = bench({ transport: [cookie(), bearer()] });
    const token = await it.sessions.issue("ann");
    const both = { ...bake(token), ...bear(token) };
    expect((await namesAfter(it, both, "rotate"))[0]).toBe("set-cookie");

    const session = await it.sessions.open({ headers: bear(token) });
    session.rotate();
    const pending = new Map(await it.sessions.commit(session)).get("x-session-token") as string;
    const mixed = { ...bake(token), ...bear(pending) };
    expect((await namesAfter(it, mixed, "login"))[0]).toBe("x-session-token");
  });

  test("G17 a cookie from another origin is refused, also beside a good bearer token", async () => {
    const { sessions, eventsOf } = bench({ transport: [bearer(), cookie()] });
    const token = await sessions.issue("ann");
    const foreign = { origin: "https://other.example", "sec-fetch-site": "cross-site" };
    const open = (headers: Record<string, string>) =>
      sessions.open({ method: "POST", headers: { ...foreign, ...headers } });
    expect(() => open(bake(token))).toThrow(CrossOriginError);
    expect(() => open({ ...bake(token), ...bear(token) })).toThrow(CrossOriginError);
    expect((await open(bear(token))).userId).toBe("ann");
    expect(eventsOf("cross-origin-refused")).toHaveLength(2);
  });
});
