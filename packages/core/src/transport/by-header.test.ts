import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrossOriginError, SessionStoreError, SessionTooLateError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { bench, idOf } from "../testing/bench.ts";
import { BEARER, HEADER, HeaderClient } from "../testing/header-client.ts";
import { bearer, header } from "../transports.ts";

const WAYS = [
  ["bearer", BEARER, "Authorization", bearer],
  ["header", HEADER, "x-id", () => header("X-Id")],
] as const;

describe.each(WAYS)("a token by %s", (_, way, vary, transport) => {
  const opened = () => {
    const it = bench({ transport: transport() });
    return { ...it, client: new HeaderClient(it, way) };
  };

  test("G1 no write, no trace; then the token is told once", async () => {
    const { client, calls } = opened();
    await client.visit((session) => session.get("a"));
    expect([client.said(way.reply), calls]).toEqual([[], []]);
    await client.visit((session) => session.set("a", 1));
    expect(client.said(way.reply)).toEqual([client.token]);
    expect(client.said("set-cookie")).toEqual([]);
    expect(await client.visit((session) => session.get("a"))).toBe(1);
    expect(client.said(way.reply)).toEqual([]);
  });

  test("G18 a response with a token is not to be stored, and what was read varies", async () => {
    const { client } = opened();
    await client.visit((session) => session.set("a", session.id));
    expect(client.said("cache-control")).toEqual(["no-store"]);
    expect(client.said("vary")).toEqual([vary]);
  });

  test("G4 a login tells a new token, and the old one is worthless", async () => {
    const { client } = opened();
    await client.visit((session) => session.set("a", 1));
    const before = client.copy();
    await client.visit((session) => session.login("ann"));
    expect(client.token).not.toBe(before.token);
    expect(await client.visit(({ userId }) => userId)).toBe("ann");
    expect(await before.visit(({ userId }) => userId)).toBeUndefined();
  });

  test("G4 a regenerate tells the token of another session", async () => {
    const { client } = opened();
    await client.visit((session) => session.set("a", 1));
    const before = client.token;
    await client.visit((session) => {
      session.regenerate();
      session.set("b", 2);
    });
    expect(idOf(client.token)).not.toBe(idOf(before));
    expect(await client.visit((session) => ({ ...session.data }))).toEqual({ b: 2 });
  });

  test("G5 a lost response costs nothing: the new token is told until the client comes with it", async () => {
    const { client, wait } = opened();
    await client.visit((session) => session.set("a", 1));
    const unlucky = client.copy();
    await client.visit((session) => session.rotate());
    wait(60_000);
    await unlucky.visit((session) => session.get("a"));
    expect(unlucky.token).toBe(client.token);
  });

  test("G5 an old token past its grace is theft", async () => {
    const { client, wait, eventsOf } = opened();
    await client.visit((session) => session.login("ann"));
    const thief = client.copy();
    await client.visit((session) => session.rotate());
    await client.visit((session) => session.get("a"));
    wait(10_000);
    expect(await thief.visit(({ userId }) => userId)).toBeUndefined();
    expect(await client.visit(({ userId }) => userId)).toBeUndefined();
    expect(eventsOf("reuse-detected")).toHaveLength(1);
  });

  test("G6 G13 a logout tells the client to forget, by an empty value", async () => {
    const { client, memory } = opened();
    await client.visit((session) => session.login("ann"));
    const before = client.copy();
    await client.visit((session) => session.destroy());
    expect(client.said(way.reply)).toEqual([""]);
    expect(client.token).toBeUndefined();
    expect(memory.read(idOf(before.token))).toBeUndefined();
  });

  test("G10 a store that fails changes nothing of what the client holds", async () => {
    const it = bench({ transport: transport() });
    const client = new HeaderClient(it, way);
    await client.visit((session) => session.set("a", 1));
    it.before("update", () => {
      throw new Error("disk full");
    });
    const session = await client.open();
    session.login("ann");
    await expect(async () => client.commit(session)).rejects.toThrow(SessionStoreError);
    expect(await client.visit((again) => again.get("a"))).toBe(1);
  });

  test("G11 a change that comes too late to be told throws", async () => {
    const { client, sessions } = opened();
    await client.visit((session) => session.set("a", 1));
    const channel = { headersLeft: true, ended: false, deliver: () => {} };
    const headers = way.request(client.token as string);
    const session = await sessions.open({ headers }, undefined, channel);
    for (const change of ["rotate", "destroy", "regenerate"] as const) {
      expect(() => session[change]()).toThrow(SessionTooLateError);
    }
    expect(() => session.login("ann")).toThrow(SessionTooLateError);
    session.set("a", 2);
    await sessions.commit(session);
    const fresh = await sessions.open({ headers: {} }, undefined, channel);
    expect(() => fresh.set("a", 1)).toThrow(SessionTooLateError);
  });

  test("G15 no event and no object of ours shows the token", async () => {
    const { client, events } = opened();
    await client.visit((session) => session.login("ann"));
    const secret = (client.token as string).split(".")[1] as string;
    const session = await client.open();
    await client.visit((it) => it.destroy());
    expect(inspect([events, session, JSON.stringify(session)], { depth: 9 })).not.toContain(secret);
  });

  test("G17 no browser adds it by itself: a request from another origin passes", async () => {
    const { client, eventsOf } = opened();
    await client.visit((session) => session.login("ann"));
    const foreign = { origin: "https://other.example", "sec-fetch-site": "cross-site" };
    const session = await client.open(foreign, "POST");
    expect(session.userId).toBe("ann");
    session.set("a", 1);
    await client.commit(session);
    // Nor can a foreign page read the header of a session that it starts, unless CORS says so.
    const started = new HeaderClient(bench({ transport: transport() }), way);
    await started.commit(await started.open(foreign, "POST"));
    expect(eventsOf("cross-origin-refused")).toEqual([]);
  });

  test("issue() makes a token that opens by this way", async () => {
    const { sessions } = opened();
    const token = await sessions.issue("ann");
    const session = await sessions.open({ headers: way.request(token) });
    expect([session.userId, session.isNew]).toEqual(["ann", false]);
    expect(await sessions.commit(session)).toEqual([["vary", vary]]);
  });

  test("G3 whatever the header holds, nothing is thrown, adopted or looked up", () => {
    const { sessions, calls, eventsOf } = opened();
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.base64String()),
        (text) => {
          const session = sessions.open({ headers: way.request(text) });
          expect((session as Session).isNew).toBe(true);
        },
      ),
    );
    expect(calls).toEqual([]);
    expect(new Set(eventsOf("token-rejected").map(({ reason }) => reason))).toEqual(
      new Set(["malformed"]),
    );
  });

  test("G3 another way's token is not looked at", async () => {
    const { sessions, calls, events } = opened();
    const token = await sessions.issue("ann");
    calls.length = 0;
    const session = await sessions.open({
      url: `/?token=${token}`,
      headers: { cookie: `__Host-id=${token}`, "x-other": token },
    });
    expect([session.userId, calls]).toEqual([undefined, []]);
    expect(events.filter(([name]) => name === "token-rejected")).toEqual([]);
  });
});

describe("bearer()", () => {
  test.each(["Bearer ", "bearer ", "BEARER ", "Bearer   ", " Bearer "])(
    "reads %j before the token",
    async (scheme) => {
      const { sessions } = bench({ transport: bearer() });
      const token = await sessions.issue("ann");
      const headers = new Headers({ Authorization: scheme + token });
      expect((await sessions.open({ headers })).userId).toBe("ann");
    },
  );

  test.each(["Basic", "Bearerx", "DPoP", "Token"])("%s is none of its business", async (scheme) => {
    const { sessions, events, calls } = bench({ transport: bearer() });
    const session = await sessions.open({ headers: { authorization: `${scheme} abc` } });
    session.set("a", 1);
    expect(calls).toEqual([]);
    expect(events).toEqual([]);
  });

  test.each(["Bearer", "Bearer abc", "Bearer a b", "Bearer =", 'Bearer token="x"'])(
    "G3 %s is malformed: absent, with an event, and never in the store",
    async (authorization) => {
      const { sessions, eventsOf, calls } = bench({ transport: bearer() });
      expect((await sessions.open({ headers: { authorization } })).isNew).toBe(true);
      expect(eventsOf("token-rejected")).toEqual([{ id: undefined, reason: "malformed" }]);
      expect(calls).toEqual([]);
    },
  );

  test("G3 two of them in one field are none", async () => {
    const { sessions, eventsOf } = bench({ transport: bearer() });
    const token = await sessions.issue("ann");
    const authorization = [`Bearer ${token}`, `Bearer ${token}`];
    expect((await sessions.open({ headers: { authorization } })).userId).toBeUndefined();
    expect(eventsOf("token-rejected")).toHaveLength(1);
  });

  test("tells new tokens by the header of its option", async () => {
    const it = bench({ transport: bearer({ reply: "X-Auth-Token" }) });
    const session = await it.sessions.open({ headers: {} });
    session.set("a", 1);
    const [first] = await it.sessions.commit(session);
    expect(first?.[0]).toBe("x-auth-token");
  });
});

test("G17 a session cannot be started from another origin where a cookie tells it", async () => {
  const { sessions } = bench();
  const foreign = { origin: "https://other.example", "sec-fetch-site": "cross-site" };
  const session = await sessions.open({ method: "POST", headers: foreign });
  session.set("a", 1);
  expect(() => sessions.commit(session)).toThrow(CrossOriginError);
});
