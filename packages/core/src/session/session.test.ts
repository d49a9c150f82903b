import { describe, expect, test } from "vitest";
import { SessionConfigError, SessionTooLateError } from "../errors.ts";
import { bench, START } from "../testing/bench.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { type Session, unitOf } from "./session.ts";

describe("session.data", () => {
  test("is the data: to read, assign to, delete from, spread and mutate", async () => {
    const browser = bench().browser();
    await browser.visit((session) => {
      session.data.a = 1;
      session.data.list = [];
      (session.data.list as number[]).push(1);
      expect({ ...session.data }).toEqual({ a: 1, list: [1] });
    });
    await browser.visit((session) => {
      const { data } = session;
      expect(data).toBe(session.data);
      expect(["a" in data, "b" in data, Object.keys(data), Object.hasOwn(data, "a")]).toEqual([
        true,
        false,
        ["a", "list"],
        true,
      ]);
      expect(JSON.stringify(data)).toBe('{"a":1,"list":[1]}');
      (data.list as number[]).push(2);
      delete data.a;
      Object.assign(data, { b: { c: 1 } });
      expect(session.get("b")).toBe(data.b);
    });
    expect(await browser.visit((session) => ({ ...session.data }))).toEqual({
      list: [1, 2],
      b: { c: 1 },
    });
  });

  test("reading it, nested values included, is no write", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", { b: [{ c: 1 }] }));
    it.calls.length = 0;
    await browser.visit((session) => JSON.stringify(session.data));
    expect(it.calls).toEqual(["read"]);
  });

  test.each([
    "__proto__",
    "constructor",
    "toString",
    "toJSON",
    "hasOwnProperty",
    "then",
    "",
    "0",
    "id",
  ])("a key named %j is a key like others", async (key) => {
    const browser = bench().browser();
    await browser.visit((session) => {
      expect([session.get(key), session.has(key)]).toEqual([undefined, false]);
      session.set(key, { x: 1 });
      session.update(key, (value) => ({ ...(value as object), y: 2 }));
    });
    await browser.visit((session) => {
      expect([session.get(key), session.has(key), Object.keys(session.data)]).toEqual([
        { x: 1, y: 2 },
        true,
        [key],
      ]);
      session.delete(key);
    });
    expect(await browser.visit((session) => session.has(key))).toBe(false);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test("set with undefined deletes, and so does an update that gives it", async () => {
    const browser = bench().browser();
    await browser.visit((session) => {
      session.set("a", 1);
      session.set("b", 1);
      session.set("c", 1);
    });
    await browser.visit((session) => {
      session.set("a", undefined);
      session.update("b", () => undefined);
    });
    expect(await browser.visit((session) => Object.keys(session.data))).toEqual(["c"]);
  });

  test("symbols are no keys", async () => {
    const session = await bench().sessions.open({ headers: {} });
    const symbol = Symbol("s");
    expect(Reflect.get(session.data, symbol)).toBeUndefined();
    expect(Reflect.has(session.data, symbol)).toBe(false);
    expect(Reflect.set(session.data, symbol, 1)).toBe(false);
  });
});

describe("a session's times", () => {
  test("are those of the record, and now for one that is none yet", async () => {
    const it = bench();
    const browser = it.browser();
    const blank = await browser.open();
    expect([blank.createdAt, blank.lastSeenAt, blank.authenticatedAt, blank.expiresAt]).toEqual([
      START,
      START,
      undefined,
      undefined,
    ]);
    await browser.visit((session) => session.set("a", 1));
    it.wait(90_000);
    const session = await browser.open();
    expect([session.createdAt, session.lastSeenAt, session.expiresAt]).toEqual([
      START,
      START,
      START + 1_800_000,
    ]);
    await browser.commit(session);
    const next = await browser.open();
    expect([next.createdAt, next.lastSeenAt, next.expiresAt]).toEqual([
      START,
      START + 90_000,
      START + 1_890_000,
    ]);
  });

  test("touch() writes them down also inside the window", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(1);
    it.calls.length = 0;
    await browser.visit((session) => session.touch());
    expect(it.calls).toEqual(["read", "touch"]);
    expect((await browser.open()).lastSeenAt).toBe(START + 1);
  });

  test("authenticatedWithin refuses a bare number", async () => {
    const session = await bench().sessions.open({ headers: {} });
    failureOf(SessionConfigError, () => session.authenticatedWithin(600 as never));
  });
});

/** As a framework package does it by the channel that it opened the session with. */
function headersLeave(session: Session<object>): void {
  const channel = { headersLeft: true, ended: false, deliver() {} };
  Object.defineProperty(unitOf(session), "channel", { value: channel });
}

describe("G11 after the headers have left", () => {
  test("G11 what needs a cookie throws, with the remedy; what does not is saved", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const session = await browser.open();
    await browser.commit(session);
    headersLeave(session);
    const works = [
      () => session.login("ada"),
      () => session.rotate(),
      () => session.regenerate(),
      () => session.destroy(),
    ];
    for (const work of works) {
      expect(failureOf(SessionTooLateError, work).message).toMatch(
        /headers had left; do it before/,
      );
    }
    session.set("b", 2);
    session.flash("note", "hi");
    expect((await browser.commit(session)).filter(([name]) => name === "set-cookie")).toEqual([]);
    expect(await browser.visit((now) => [now.get("a"), now.get("b"), now.get("note")])).toEqual([
      1,
      2,
      "hi",
    ]);
  });

  test("G11 a session that is not stored cannot begin any more, and leaves no orphan", async () => {
    const it = bench();
    const session = await it.sessions.open({ headers: {} });
    headersLeave(session);
    for (const work of [
      () => session.set("a", 1),
      () => session.delete("a"),
      () => session.update("a", () => 1),
      () => session.flash("a", 1),
      () => session.clear(),
    ]) {
      failureOf(SessionTooLateError, work);
    }
    await it.sessions.commit(session);
    const early = await it.sessions.open({ headers: {} });
    early.set("a", 1);
    headersLeave(early);
    await rejectionOf(SessionTooLateError, () => it.sessions.commit(early));
    expect(it.calls).toEqual([]);
  });

  test("G11 a session lost by then is not cleared, since nobody could be told", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const session = await browser.open();
    session.set("a", 2);
    headersLeave(session);
    await it.sessions.revoke(session.id);
    expect(await browser.commit(session)).toEqual([["vary", "Cookie"]]);
    expect(it.eventsOf("commit-lost")).toHaveLength(1);
  });

  test("what is still done to a value of one that was lost is lost too, whatever it is", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("list", []));
    const session = await browser.open();
    const list = session.get("list") as unknown[];
    list.push(1);
    await it.sessions.revoke(session.id);
    await browser.commit(session);
    list.push(new Map());
    expect(await browser.commit(session)).toEqual([["vary", "Cookie"]]);
  });
});
