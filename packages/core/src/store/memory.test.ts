import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import type { SessionId } from "../token/token.ts";
import type { SessionRecord } from "./contract.ts";
import { type MemoryStoreOptions, memoryStore } from "./memory.ts";

function record(name: string, fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: name as SessionId,
    version: 1,
    userId: null,
    createdAt: 0,
    authenticatedAt: null,
    lastSeenAt: 0,
    expiresAt: 1_000,
    state: "{}",
    data: "{}",
    ...fields,
  };
}

function storeOf(maxSessions: number) {
  let now = 0;
  const store = memoryStore({ maxSessions, clock: () => now });
  const at = (time: number): void => {
    now = time;
  };
  /** Which of the names are there, in the order given. */
  const there = (...names: string[]) => names.filter((name) => store.read(name as SessionId));
  return { store, at, there };
}

// What every store must do is tested by the suite of @coatcheck/testkit; here is what only this one does.
describe("a full memoryStore", () => {
  test("drops the expired before anybody else", () => {
    const { store, at, there } = storeOf(3);
    store.create(record("old"));
    store.create(record("brief", { expiresAt: 10 }));
    store.create(record("young"));
    at(10);
    expect(store.create(record("new"))).toBe("ok");
    expect(there("old", "brief", "young", "new")).toEqual(["old", "young", "new"]);
  });

  test("drops the anonymous session that was seen least recently", () => {
    const { store, there } = storeOf(3);
    for (const name of ["a", "b", "c"]) store.create(record(name));
    store.touch("a" as SessionId, { lastSeenAt: 1, expiresAt: 0 });
    store.update(record("b", { version: 2, lastSeenAt: 2 }), 1);
    store.create(record("d"));
    expect(there("a", "b", "c", "d")).toEqual(["a", "b", "d"]);
    store.create(record("e"));
    expect(there("a", "b", "d", "e")).toEqual(["b", "d", "e"]);
  });

  test("takes every write for a visit, and a read for none", () => {
    const { store, there } = storeOf(2);
    store.create(record("a"));
    store.create(record("b"));
    store.read("a" as SessionId);
    store.create(record("c"));
    expect(there("a", "b", "c")).toEqual(["b", "c"]);
    store.update(record("b", { version: 2 }), 1);
    store.create(record("d"));
    expect(there("b", "c", "d")).toEqual(["b", "d"]);
  });

  test("never drops a logged-in session: create throws instead, with the number and the remedy", () => {
    const { store, there } = storeOf(2);
    store.create(record("a", { userId: "ann", authenticatedAt: 0 }));
    store.create(record("b"));
    store.update(record("b", { version: 2, userId: "bob", authenticatedAt: 0 }), 1);
    expect(() => store.create(record("c"))).toThrow(/all 2 sessions.*raise maxSessions/);
    expect(there("a", "b", "c")).toEqual(["a", "b"]);
    store.update(record("b", { version: 3 }), 2);
    expect(store.create(record("c"))).toBe("ok");
    expect(there("a", "b", "c")).toEqual(["a", "c"]);
  });

  test("throws only if no logged-in session has expired, wherever that one is", () => {
    const { store, at, there } = storeOf(100);
    for (let i = 0; i < 100; i += 1) {
      store.create(record(`${i}`, { userId: `user ${i}`, expiresAt: i === 60 ? 10 : 1_000 }));
    }
    expect(() => store.create(record("new"))).toThrow(/raise maxSessions/);
    at(10);
    expect(store.create(record("new"))).toBe("ok");
    expect(there("59", "60", "61", "new")).toEqual(["59", "61", "new"]);
    expect(store.create(record("newer"))).toBe("ok");
    expect(there("new", "newer")).toEqual(["newer"]);
    store.update(record("newer", { version: 2, userId: "ann", expiresAt: 20 }), 1);
    expect(() => store.create(record("newest"))).toThrow(/raise maxSessions/);
    at(20);
    expect(store.create(record("newest"))).toBe("ok");
  });

  test("takes the room that a limit per user makes", () => {
    const { store, there } = storeOf(2);
    const login = { userId: "ann", authenticatedAt: 0 };
    store.create(record("a", login));
    store.create(record("anonymous"));
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    expect(store.create(record("b", login), limit)).toEqual({ evicted: ["a"] });
    expect(there("a", "b", "anonymous")).toEqual(["b", "anonymous"]);
  });

  test("makes no room for what it does not write", () => {
    const { store, there } = storeOf(2);
    store.create(record("a", { userId: "ann", authenticatedAt: 0 }));
    store.create(record("b"));
    const limit = { perUser: 1, onLimit: "reject" } as const;
    expect(store.create(record("c", { userId: "ann" }), limit)).toBe("full");
    expect(store.create(record("a"))).toBe("exists");
    expect(there("a", "b")).toEqual(["a", "b"]);
  });
});

describe("expired sessions", () => {
  test("are removed by later creates, without a sweep", () => {
    const { store, at } = storeOf(1_000);
    for (let i = 0; i < 100; i += 1) store.create(record(`brief ${i}`, { expiresAt: 10 }));
    at(10);
    for (let i = 0; i < 25; i += 1) store.create(record(`long ${i}`));
    expect(store.sweep()).toBe(0);
  });

  test("are found whatever order they were written, moved and destroyed in", () => {
    const { store, at } = storeOf(1_000);
    const expiry = new Map<string, number>();
    // A fixed sequence without pattern: the multiplier generates all residues of the prime.
    const draw = (i: number): number => (i * 7_919 + 1) % 997;
    for (let i = 0; i < 500; i += 1) {
      expiry.set(`${i}`, 1 + draw(i));
      store.create(record(`${i}`, { expiresAt: 1 + draw(i) }));
    }
    for (let i = 0; i < 500; i += 3) {
      expiry.set(`${i}`, Math.max(1 + draw(i), draw(i * 5)));
      store.touch(`${i}` as SessionId, { lastSeenAt: 1, expiresAt: draw(i * 5) });
    }
    for (let i = 1; i < 500; i += 7) {
      expiry.set(`${i}`, 1 + draw(i * 11));
      store.update(record(`${i}`, { version: 1, expiresAt: 1 + draw(i * 11) }), 1);
    }
    for (let i = 2; i < 500; i += 5) {
      expiry.delete(`${i}`);
      store.destroy(`${i}` as SessionId);
    }
    for (let now = 100; now <= 1_000; now += 100) {
      at(now);
      const dead = [...expiry].filter(([, expiresAt]) => expiresAt <= now);
      expect(store.sweep()).toBe(dead.length);
      for (const [name] of dead) expiry.delete(name);
    }
    expect(expiry.size).toBe(0);
  });
});

describe("memoryStore", () => {
  test("answers every call at once", () => {
    const { store } = storeOf(10);
    expect(store.create(record("a", { userId: "ann" }))).toBe("ok");
    expect(store.read("a" as SessionId)).toEqual(record("a", { userId: "ann" }));
    expect(store.listByUser("ann")).toHaveLength(1);
    expect(store.destroyByUser("ann")).toEqual(["a"]);
    expect(store.sweep()).toBe(0);
  });

  test("refuses options that cannot be meant", () => {
    const wrong: Array<[option: string, options: unknown]> = [
      ["maxSessions", { maxSessions: 0 }],
      ["maxSessions", { maxSessions: 1.5 }],
      ["maxSessions", { maxSessions: "many" }],
      ["maxSessions", { maxSessions: Number.POSITIVE_INFINITY }],
      ["clock", { clock: 7 }],
      ["max", { max: 7 }],
    ];
    for (const [option, options] of wrong) {
      let caught: unknown;
      try {
        memoryStore(options as MemoryStoreOptions);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(SessionConfigError);
      expect(caught).toMatchObject({ option, message: expect.stringContaining(option) });
    }
  });
});

describe("a sweep of many", () => {
  const MANY = 10_000;
  const filled = () => {
    const it = storeOf(MANY + 10);
    for (let i = 0; i < MANY; i++) {
      it.store.create(record(`${i}`, { userId: `user ${i}`, expiresAt: i % 2 === 0 ? 10 : 1_000 }));
    }
    it.at(10);
    return it;
  };

  test("lets others go on in between, and counts all that it removes", async () => {
    const { store, there } = filled();
    let turns = 0;
    let sweeping = true;
    const turn = () => {
      turns++;
      if (sweeping) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await store.sweep()).toBe(MANY / 2);
    sweeping = false;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(there("0", "1", "9998", "9999")).toEqual(["1", "9999"]);
    expect(await store.sweep()).toBe(0);
  });

  test("knows of what was written meanwhile when it may expire", async () => {
    const { store, at } = filled();
    const swept = store.sweep();
    store.create(record("brief", { userId: "ann", authenticatedAt: 0, expiresAt: 20 }));
    store.update(record("1", { version: 2, userId: "user 1", expiresAt: 30 }), 1);
    await swept;
    for (let i = 0; i < MANY / 2 + 9; i++) {
      store.create(record(`new ${i}`, { userId: `new ${i}`, authenticatedAt: 0 }));
    }
    const full = () => store.create(record("one more", { userId: "bob", authenticatedAt: 0 }));
    expect(full).toThrow(/raise maxSessions/);
    at(20);
    expect(full()).toBe("ok");
    store.destroy("one more" as SessionId);
    store.create(record("last", { userId: "carl", authenticatedAt: 0 }));
    at(30);
    expect(full()).toBe("ok");
  });
});

test("a user's sessions are listed, one or several, whichever was there first", () => {
  const { store } = storeOf(10);
  const login = (name: string, at: number) =>
    record(name, { userId: "ann", authenticatedAt: at, expiresAt: 1_000 });
  const listed = () => (store.listByUser("ann") as SessionRecord[]).map(({ id }) => id);
  store.create(login("a", 1));
  store.update({ ...login("a", 1), version: 2 }, 1);
  expect(listed()).toEqual(["a"]);
  store.create(login("b", 2));
  store.update({ ...login("a", 3), version: 3 }, 2);
  expect(listed()).toEqual(["a", "b"]);
  store.destroy("a" as SessionId);
  expect(listed()).toEqual(["b"]);
  store.update({ ...record("b"), version: 2 }, 1);
  expect(listed()).toEqual([]);
  store.update({ ...login("b", 4), version: 3 }, 2);
  expect(store.destroyByUser("ann")).toEqual(["b"]);
  expect(listed()).toEqual([]);
});

test("a record that was handed out is frozen, also when many others were read since", () => {
  const { store } = storeOf(10_000);
  const ann = record("ann", { userId: "ann", authenticatedAt: 3 });
  store.create(ann);
  const read = () => store.read(ann.id) as SessionRecord;
  const first = read();
  for (let i = 0; i < 5_000; i++) {
    store.create(record(`${i}`));
    store.read(`${i}` as SessionId);
  }
  for (const it of [first, read(), ...(store.listByUser("ann") as SessionRecord[])]) {
    expect(it).toEqual(ann);
    expect(Object.isFrozen(it)).toBe(true);
  }
});

test("what has expired stays so when the clock goes back", async () => {
  const { store, at, there } = storeOf(10);
  for (const name of ["read", "swept"]) store.create(record(name, { expiresAt: 10 }));
  expect(there("read", "swept")).toEqual(["read", "swept"]);
  at(10);
  expect(there("read")).toEqual([]);
  await store.sweep();
  at(5);
  expect(there("read", "swept")).toEqual([]);
});
