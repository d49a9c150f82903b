import { memoryStore, SessionConfigError, type SessionStore } from "@coatcheck/core";
import { type MigratingStoreOptions, migratingStore } from "@coatcheck/core/migrating";
import { countingStore, manualClock, testLogin, testRecord } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import type { Kind } from "./migrating/kinds.ts";
import { KINDS } from "./migrating/kinds.ts";

const LIMIT = { perUser: 5, onLimit: "evict-oldest" } as const;

/** Calls on the two stores, as `from + to`. */
function callsOf(kind: Kind): Record<string, string> {
  const clock = manualClock();
  const from = countingStore(memoryStore({ clock }));
  const to = countingStore(memoryStore({ clock }));
  const store = KINDS[kind]({ from, to });
  const counts: Record<string, string> = {};
  const count = (name: string, call: () => unknown): void => {
    from.reset();
    to.reset();
    // At once: a store that answers synchronously stays one.
    expect(call()).not.toBeInstanceOf(Promise);
    counts[name] = `${from.log.length} + ${to.log.length}`;
  };
  const a = testRecord(clock(), "a");
  count("create", () => store.create(a));
  count("read", () => store.read(a.id));
  count("touch", () => store.touch(a.id, a));
  count("update", () => store.update({ ...a, version: 2 }, 1));
  count("stale update", () => store.update({ ...a, version: 2 }, 1));
  const login = { ...a, version: 3, userId: "ann", authenticatedAt: clock() };
  count("login", () => store.update(login, 2, LIMIT));
  count("list", () => store.listByUser?.("ann"));
  count("destroy", () => store.destroy(a.id));
  count("read of nothing", () => store.read(a.id));
  // What lives in the store that comes second.
  (kind === "move" ? from : to).create(testLogin(clock(), "b", "bob"));
  count("first read of one from there", () => store.read(testRecord(0, "b").id));
  count("next read", () => store.read(testRecord(0, "b").id));
  return counts;
}

describe("calls on from + to", () => {
  test("prepare", () => {
    expect(callsOf("prepare")).toEqual({
      create: "1 + 1",
      read: "1 + 0",
      touch: "1 + 0",
      update: "1 + 0",
      "stale update": "2 + 0",
      login: "1 + 1",
      list: "1 + 1",
      destroy: "1 + 1",
      "read of nothing": "1 + 1",
      "first read of one from there": "1 + 1",
      "next read": "1 + 1",
    });
  });

  test("move", () => {
    expect(callsOf("move")).toEqual({
      create: "1 + 1",
      read: "0 + 1",
      touch: "0 + 1",
      update: "0 + 1",
      "stale update": "0 + 1",
      login: "2 + 1",
      list: "1 + 1",
      destroy: "1 + 1",
      "read of nothing": "1 + 2",
      "first read of one from there": "3 + 3",
      "next read": "0 + 1",
    });
  });
});

describe("a move", () => {
  test("keeps every field, and leaves nothing behind", () => {
    const clock = manualClock();
    const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
    const record = testLogin(clock(), "a", "ann", { version: 7 });
    stores.from.create(record);
    expect(KINDS.move(stores).read(record.id)).toEqual(record);
    expect(stores.from.read(record.id)).toBeUndefined();
    expect(stores.to.listByUser("ann")).toEqual([record]);
  });

  test("takes what is in from when from is the new store of the way back", () => {
    const clock = manualClock();
    const [one, other] = [memoryStore({ clock }), memoryStore({ clock })];
    const record = testLogin(clock(), "a", "ann");
    one.create(record);
    migratingStore({ from: one, to: other, stage: "move" }).read(record.id);
    migratingStore({ from: other, to: one, stage: "move" }).read(record.id);
    expect(other.read(record.id)).toBeUndefined();
    expect(one.read(record.id)).toEqual(record);
  });
});

describe("what a move leaves that was killed before its end", () => {
  const clock = manualClock();
  const record = testLogin(clock(), "a", "ann", { expiresAt: clock() + 10 });
  const seal = { ...record, version: record.version + 2 ** 30 };
  const later = { lastSeenAt: clock() + 5, expiresAt: clock() + 20 };

  test.each(["prepare", "move"] as const)(
    "a seal beside the session: %s finds the session, and keeps it alive",
    (kind) => {
      const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
      stores.from.create(seal);
      stores.to.create(record);
      const store = KINDS[kind](stores);
      expect(store.listByUser?.("ann")).toEqual([record]);
      expect(store.read(record.id)).toEqual(record);
      expect(store.touch(record.id, later)).toBe("ok");
      expect(stores.to.read(record.id)).toEqual({ ...record, ...later });
    },
  );

  test.each(["prepare", "move"] as const)(
    "G6 a seal without a session: %s finds nothing",
    (kind) => {
      const stores = { from: memoryStore({ clock }), to: memoryStore({ clock }) };
      stores.from.create(seal);
      const store = KINDS[kind](stores);
      expect(store.read(record.id)).toBeUndefined();
      expect(store.listByUser?.("ann")).toEqual([]);
      expect(store.update({ ...record, version: 2 }, 1)).toBe("gone");
    },
  );
});

describe("construction", () => {
  const store = memoryStore();
  const wrong: ReadonlyArray<readonly [string, unknown]> = [
    ["options", undefined],
    ["from", { to: store }],
    ["from", { from: { read() {} }, to: store }],
    ["to", { from: store }],
    ["to", { from: store, to: store }],
    ["stage", { from: store, to: memoryStore(), stage: "drain" }],
    ["fill", { from: store, to: memoryStore(), fill: true }],
  ];
  test.each(wrong)("G16 a wrong %s is refused", (option, options) => {
    const construct = () => migratingStore(options as MigratingStoreOptions);
    expect(construct).toThrow(SessionConfigError);
    expect(construct).toThrow(expect.objectContaining({ option }));
  });

  test("the pair has by user where both have it, sweep where one has it", () => {
    const bare = {
      ...memoryStore(),
      listByUser: undefined,
      destroyByUser: undefined,
      sweep: undefined,
    };
    const pair = migratingStore({ from: bare as unknown as SessionStore, to: store });
    expect([pair.listByUser, pair.destroyByUser]).toEqual([undefined, undefined]);
    expect(pair.sweep?.()).toBe(0);
    const barer = migratingStore({
      from: bare as unknown as SessionStore,
      to: { ...bare } as unknown as SessionStore,
    });
    expect(barer.sweep).toBeUndefined();
  });

  test("close closes both, even if one fails", () => {
    const closed: string[] = [];
    const closing = (name: string, fails = false): SessionStore => ({
      ...memoryStore(),
      close() {
        closed.push(name);
        if (fails) throw new Error(name);
      },
    });
    migratingStore({ from: closing("a"), to: closing("b") }).close?.();
    const failing = migratingStore({ from: closing("c", true), to: closing("d") });
    expect(() => failing.close?.()).toThrow("c");
    expect(closed).toEqual(["a", "b", "c", "d"]);
  });
});
