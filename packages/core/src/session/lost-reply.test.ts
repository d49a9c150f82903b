import { describe, expect, test } from "vitest";
import { SessionConflictError, SessionStoreError, UnserialisableError } from "../errors.ts";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { Browser, idOf, methodsOf, repeatable, type SyncStore } from "../testing/bench.ts";
import { rejectionOf } from "../testing/failure.ts";
import { createSessions } from "./manager.ts";
import type { Session } from "./session.ts";

interface Data {
  count: number;
  other: number;
  note: string;
}

/** What becomes of the next update: not made, made with its reply lost, or made and then sent again by the client library. */
type Fate = "not made" | "reply lost" | "sent twice";

async function begin(asynchronous = false) {
  const memory = memoryStore() as SyncStore;
  let fate: Fate | undefined;
  const update: SessionStore["update"] = (record, version, limit) => {
    const next = fate;
    fate = undefined;
    if (next !== "not made") {
      const answer = memory.update(record, version, limit);
      if (next === undefined) return asynchronous ? Promise.resolve(answer) : answer;
    }
    if (next === "sent twice") return memory.update(record, version, limit);
    const lost = new Error("connection reset");
    if (asynchronous) return Promise.reject(lost);
    throw lost;
  };
  const sessions = createSessions<Data>({
    storage: { ...methodsOf(memory), update },
    random: repeatable(),
  });
  const browser = new Browser<Data>(sessions);
  await browser.visit((session) => session.set("count", 0));
  const stored = () => JSON.parse(memory.read(idOf(browser.token))?.data ?? "{}") as Data;
  const doom = (to: Fate) => {
    fate = to;
  };
  return { sessions, browser, stored, doom };
}

const increment = (session: Session<Data>) => session.update("count", (count = 0) => count + 1);

describe.each([
  ["at once", false],
  ["by a promise", true],
])("G7 a commit whose reply was lost, from a store that answers %s,", (_, asynchronous) => {
  test("is not applied twice when it is tried again", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("reply lost");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    expect(session.get("count")).toBe(1);
    await browser.commit(session);
    expect(session.get("count")).toBe(1);
    expect(stored().count).toBe(1);
  });

  test("is applied once when it had not been", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("not made");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    await browser.commit(session);
    expect(stored().count).toBe(1);
  });

  test("is not applied twice when the client library sends it again", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("sent twice");
    await browser.commit(session);
    expect(stored().count).toBe(1);
    increment(session);
    await browser.commit(session);
    expect(stored().count).toBe(2);
  });

  test("is not applied twice when it fails several times", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    for (const fate of ["not made", "reply lost"] as const) {
      doom(fate);
      await rejectionOf(SessionStoreError, () => browser.commit(session));
    }
    await browser.commit(session);
    expect(stored().count).toBe(1);
  });

  test.each(["reply lost", "not made"] as const)(
    "saves what was done since, once (%s)",
    async (fate) => {
      const { browser, stored, doom } = await begin(asynchronous);
      const session = await browser.open();
      increment(session);
      doom(fate);
      await rejectionOf(SessionStoreError, () => browser.commit(session));
      increment(session);
      session.set("note", "later");
      await browser.commit(session);
      expect(stored()).toEqual({ count: 2, note: "later" });
      expect(session.data).toEqual({ count: 2, note: "later" });
    },
  );

  test.each([1, 3])("is known when %i others have written since", async (others) => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("reply lost");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    for (let i = 0; i < others; i += 1) {
      await browser.visit(increment);
      await browser.visit((other) => other.set("other", i));
    }
    await browser.commit(session);
    expect(stored().count).toBe(1 + others);
  });

  test("is refused when so many have written since that it cannot be told whether it was applied", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("reply lost");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    for (let i = 0; i < 4; i += 1) await browser.visit(increment);
    const error = await rejectionOf(SessionConflictError, () => browser.commit(session));
    expect(error.message).toContain("may have been saved or not");
    await browser.commit(session);
    expect(stored().count).toBe(5);
  });

  test("is made again after any number of other writes than updates, of which it can be told", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("not made");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    for (let i = 0; i < 6; i += 1) await browser.visit((other) => other.set("other", i));
    await browser.commit(session);
    expect(stored().count).toBe(1);
  });

  test("G4 gives a token of before a login nothing of what the login has brought", async () => {
    for (const fate of ["reply lost", "not made"] as const) {
      const { browser, doom } = await begin(asynchronous);
      const thief = await browser.copy().open();
      increment(thief);
      doom(fate);
      await rejectionOf(SessionStoreError, () => browser.copy().commit(thief));
      await browser.visit((session) => {
        session.login("ann");
        session.set("note", "ann's");
      });
      expect(await browser.copy().commit(thief)).not.toContainEqual(
        expect.arrayContaining(["set-cookie"]),
      );
      expect([thief.userId, thief.get("note"), thief.authenticatedWithin("10m")]).toEqual([
        undefined,
        undefined,
        false,
      ]);
    }
  });

  test("G5 hands out the token of the rotation that the record knows, though a try came late", async () => {
    const { browser, doom } = await begin(asynchronous);
    const session = await browser.open();
    session.rotate();
    increment(session);
    doom("reply lost");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    const other = browser.copy();
    await other.visit((it) => it.rotate());
    await browser.commit(session);
    expect(browser.token).toBe(other.token);
    expect((await browser.open()).isNew).toBe(false);
  });

  test("G11 brings the cookie of a login that follows it, though the head leaves while it waits", async () => {
    const { sessions, browser, doom } = await begin(asynchronous);
    const delivered: (readonly [string, string])[] = [];
    const channel = {
      headersLeft: false,
      ended: false,
      deliver: (headers: readonly (readonly [string, string])[]) => delivered.push(...headers),
    };
    const request = { headers: { cookie: `__Host-id=${browser.token}` } };
    const session = await sessions.open(request, undefined, channel);
    increment(session);
    doom("not made");
    await rejectionOf(SessionStoreError, () => sessions.commit(session));
    session.login("ann");
    const done = sessions.commit(session);
    channel.headersLeft = true;
    browser.receive(await done);
    expect((await browser.open()).userId).toBe("ann");
  });

  test("G10 loses neither login nor update when what comes later cannot be saved", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    session.login("ann");
    doom("not made");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    const list: unknown[] = [];
    session.set("other", list as unknown as number);
    list.push(new Date());
    await rejectionOf(UnserialisableError, () => browser.commit(session));
    session.set("other", 1);
    await browser.commit(session);
    expect((await browser.open()).userId).toBe("ann");
    expect(stored()).toEqual({ count: 1, other: 1 });
  });

  test("is made again over what others have written, where that does no harm", async () => {
    const { browser, stored, doom } = await begin(asynchronous);
    const session = await browser.open();
    session.set("note", "mine");
    doom("reply lost");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    await browser.visit((other) => other.set("other", 1));
    await browser.commit(session);
    expect(stored()).toEqual({ count: 0, note: "mine", other: 1 });
  });

  test("still brings the token of its login or rotation", async () => {
    for (const change of ["login", "rotate"] as const) {
      const { browser, sessions, stored, doom } = await begin(asynchronous);
      const session = await browser.open();
      if (change === "login") session.login("ann");
      else session.rotate();
      increment(session);
      doom("reply lost");
      await rejectionOf(SessionStoreError, () => browser.commit(session));
      const before = browser.token;
      await browser.commit(session);
      expect(browser.token).not.toBe(before);
      const again = await browser.open();
      expect(again.isNew).toBe(false);
      expect(again.userId).toBe(change === "login" ? "ann" : undefined);
      expect(stored().count).toBe(1);
      await sessions.close();
    }
  });

  test("is forgotten when the session is begun anew", async () => {
    const { browser, doom } = await begin(asynchronous);
    const session = await browser.open();
    increment(session);
    doom("not made");
    await rejectionOf(SessionStoreError, () => browser.commit(session));
    session.regenerate();
    session.set("note", "new");
    await browser.commit(session);
    expect((await browser.open()).data).toEqual({ note: "new" });
  });
});

describe.each(["commits again", "has a client library that sends it again"])(
  "G9 a new session whose reply was lost is one session, where the application %s",
  (how) => {
    test.each(["reject", "evict-oldest"] as const)("%s", async (onLimit) => {
      const memory = memoryStore() as SyncStore;
      let resent = false;
      const create: SessionStore["create"] = (record, limit) => {
        const answer = memory.create(record, limit);
        if (resent) return answer;
        resent = true;
        if (how === "commits again") throw new Error("connection reset");
        return memory.create(record, limit);
      };
      const sessions = createSessions<Data>({
        storage: { ...methodsOf(memory), create },
        random: repeatable(),
        limits: { perUser: 1, onLimit },
      });
      const browser = new Browser<Data>(sessions);
      const session = await browser.open();
      session.set("note", "first");
      session.login("ann");
      if (how === "commits again") {
        await rejectionOf(SessionStoreError, () => browser.commit(session));
        session.set("other", 1);
      }
      await browser.commit(session);
      const [only, ...more] = await sessions.list("ann");
      expect(more).toEqual([]);
      expect(only?.id).toBe(idOf(browser.token));
      expect((await browser.open()).get("note")).toBe("first");
    });
  },
);

test("G7 two commits that do the same at the same moment are two", async () => {
  const { browser, stored } = await begin();
  const [one, other] = [await browser.open(), await browser.open()];
  increment(one);
  increment(other);
  await browser.commit(one);
  await browser.commit(other);
  expect(stored().count).toBe(2);
});
