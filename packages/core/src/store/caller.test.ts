import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import { EventHub, type SessionEvents } from "../events.ts";
import { isPromise } from "../promise.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { thenable, withThen } from "../testing/thenable.ts";
import type { SessionId } from "../token/token.ts";
import { guardStore } from "./caller.ts";
import type { SessionRecord, SessionStore } from "./contract.ts";
import { memoryStore } from "./memory.ts";

const id = "A".repeat(22) as SessionId;
const record: SessionRecord = {
  id,
  version: 1,
  userId: null,
  createdAt: 1,
  authenticatedAt: null,
  lastSeenAt: 1,
  expiresAt: 2,
  state: "{}",
  data: "{}",
};

/** A caller of a store of which every method does `work`. */
function callerOf(work: () => unknown, limitMs = 20) {
  const events = new EventHub();
  const emitted: SessionEvents["store-error"][] = [];
  events.on("store-error", (event) => emitted.push(event));
  const methods = [
    "read",
    "create",
    "update",
    "touch",
    "destroy",
    "listByUser",
    "destroyByUser",
    "sweep",
    "close",
  ];
  const store = Object.fromEntries(methods.map((name) => [name, work])) as unknown as SessionStore;
  return { caller: guardStore(store, limitMs, events) as Required<SessionStore>, emitted };
}

const calls: readonly (readonly [string, (caller: Required<SessionStore>) => unknown])[] = [
  ["read", (caller) => caller.read(id)],
  ["create", (caller) => caller.create(record, undefined)],
  ["update", (caller) => caller.update(record, 1, undefined)],
  ["touch", (caller) => caller.touch(id, record)],
  ["destroy", (caller) => caller.destroy(id)],
  ["listByUser", (caller) => caller.listByUser("ada")],
  ["destroyByUser", (caller) => caller.destroyByUser("ada", undefined)],
  ["sweep", (caller) => caller.sweep()],
  ["close", (caller) => caller.close()],
];
const answered = calls.filter(([name]) => name !== "close");
const timed = calls.filter(([name]) => name !== "close" && name !== "sweep");

describe("G10 a store that fails", () => {
  test.each(calls)("%s: what it throws is the cause of a SessionStoreError", (operation, call) => {
    const cause = new Error("ECONNREFUSED");
    const { caller, emitted } = callerOf(() => {
      throw cause;
    });
    const error = failureOf(SessionStoreError, () => call(caller));
    expect([error.status, error.operation, error.cause]).toEqual([503, operation, cause]);
    expect(emitted).toEqual([{ operation, error }]);
  });

  test.each(calls)("%s: what it rejects with, too", async (operation, call) => {
    const cause = new Error("ECONNRESET");
    const { caller, emitted } = callerOf(() => Promise.reject(cause));
    const error = await rejectionOf(SessionStoreError, () => call(caller));
    expect([error.status, error.operation, error.cause]).toEqual([503, operation, cause]);
    expect(emitted).toEqual([{ operation, error }]);
  });

  test.each(calls)(
    "%s: what is thrown when it is waited for, too, once",
    async (operation, call) => {
      const cause = new Error("ECONNREFUSED");
      const { caller, emitted } = callerOf(
        () =>
          withThen(() => {
            throw cause;
          }),
        5,
      );
      const error = await rejectionOf(SessionStoreError, async () => call(caller));
      expect([error.operation, error.cause]).toEqual([operation, cause]);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(emitted).toEqual([{ operation, error }]);
    },
  );

  test.each([undefined, null, "down", 0])(
    "by %j, which is no error, also gives one",
    async (cause) => {
      const thrower = callerOf(() => {
        throw cause;
      });
      expect(failureOf(SessionStoreError, () => thrower.caller.read(id)).operation).toBe("read");
      const rejecter = callerOf(() => Promise.reject(cause));
      const error = await rejectionOf(SessionStoreError, () => rejecter.caller.read(id));
      expect(error.operation).toBe("read");
    },
  );
});

describe("G10 a store that hangs", () => {
  test.each(timed)("%s: is given up after the time limit", async (operation, call) => {
    const { caller, emitted } = callerOf(() => new Promise(() => {}));
    const error = await rejectionOf(SessionStoreError, () => call(caller));
    expect([error.status, error.operation]).toEqual([503, operation]);
    expect(error.message).toMatch(/no answer within 20 ms/);
    expect(emitted).toEqual([{ operation, error }]);
  });

  test("a watch that answers late is stopped, since nobody else will", async () => {
    const { promise, resolve } = Promise.withResolvers<() => void>();
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    const watch = () => promise;
    const store = { ...memoryStore(), announce: () => {}, watch };
    const caller = guardStore(store, 5, new EventHub());
    await rejectionOf(SessionStoreError, () => caller.watch?.(() => {}));
    resolve(stop);
    await stopped;
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("it is closed");
      },
    ],
    ["rejects", () => Promise.reject(new Error("it is closed"))],
  ])("one that %s when it is stopped late troubles nobody", async (_, stop) => {
    const { promise, resolve } = Promise.withResolvers<() => unknown>();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const store = { ...memoryStore(), announce: () => {}, watch: () => promise } as SessionStore;
    const caller = guardStore(store, 5, new EventHub());
    await rejectionOf(SessionStoreError, () => caller.watch?.(() => {}));
    resolve(stop);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("its late answer, good or bad, troubles nobody", async () => {
    let settle: (() => void) | undefined;
    const late = new Promise((_, reject) => {
      settle = () => reject(new Error("late"));
    });
    const { caller, emitted } = callerOf(() => late, 5);
    await rejectionOf(SessionStoreError, () => caller.read(id));
    settle?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(emitted).toHaveLength(1);
  });

  test("sweep and close may take their time", async () => {
    let finish: ((count: number) => void) | undefined;
    const { caller } = callerOf(() => new Promise<number>((resolve) => (finish = resolve)), 5);
    const sweeping = caller.sweep();
    await new Promise((resolve) => setTimeout(resolve, 20));
    finish?.(7);
    expect(await sweeping).toBe(7);
  });

  test("an answer in time leaves no timer behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
    const { caller } = callerOf(() => Promise.resolve(undefined), 60_000);
    const before = timers();
    const reading = caller.read(id);
    expect(timers()).toBe(before + 1);
    await reading;
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers()).toBe(before);
  });
});

describe("G10 a store that answers nonsense", () => {
  const nonsense: Record<string, readonly unknown[]> = {
    read: [
      null,
      {},
      [],
      "ok",
      1,
      true,
      ...Object.keys(record).flatMap((field) => [
        { ...record, [field]: undefined },
        { ...record, [field]: { odd: true } },
      ]),
      { ...record, version: "1" },
      { ...record, createdAt: "1700000000000" },
      { ...record, authenticatedAt: "1700000000000" },
      { ...record, expiresAt: null },
      { ...record, expiresAt: Number.NaN },
      { ...record, userId: 5 },
      { ...record, state: {} },
    ],
    create: [undefined, null, true, "stale", "gone", {}, { evicted: "x" }, { evicted: [1] }, []],
    update: [undefined, null, true, 1, "exists", {}, { evicted: null }, { evicted: [null] }],
    touch: [undefined, null, true, "stale", "full", { evicted: [] }],
    destroy: [undefined, null, "ok", 1, 0],
    listByUser: [null, {}, "x", [null], [{}], [{ ...record, expiresAt: "2" }], [record, undefined]],
    destroyByUser: [null, 3, {}, [1], [null], [record]],
    sweep: [null, "3", Number.NaN, 1.5, {}],
  };
  test.each(answered)("%s", async (operation, call) => {
    for (const answer of nonsense[operation] ?? []) {
      const { caller, emitted } = callerOf(() => answer);
      const now = failureOf(SessionStoreError, () => call(caller));
      const later = callerOf(() => Promise.resolve(answer));
      const error = await rejectionOf(SessionStoreError, () => call(later.caller));
      for (const it of [now, error]) {
        expect([inspect(answer), it.operation, it.status]).toEqual([
          inspect(answer),
          operation,
          503,
        ]);
        expect(it.message).toMatch(/answer that its contract does not allow/);
      }
      expect(emitted).toHaveLength(1);
    }
  });

  test("another session's record is nonsense too", () => {
    const { caller } = callerOf(() => ({ ...record, id: "B".repeat(22) }));
    expect(failureOf(SessionStoreError, () => caller.read(id)).operation).toBe("read");
  });
});

describe("a store that works", () => {
  const sense: Record<string, readonly unknown[]> = {
    read: [
      undefined,
      record,
      { ...record, userId: "ada", authenticatedAt: 1 },
      { ...record, extra: 1 },
    ],
    create: ["ok", "exists", "full", { evicted: [id] }],
    update: ["ok", "stale", "gone", "full", { evicted: [] }],
    touch: ["ok", "gone"],
    destroy: [true, false],
    listByUser: [[], [record, record]],
    destroyByUser: [[], [id]],
    sweep: [0, 5],
  };
  test.each(answered)("%s: its answers pass, at once or later", async (operation, call) => {
    for (const answer of sense[operation] ?? []) {
      const now = call(callerOf(() => answer).caller);
      expect(isPromise(now)).toBe(false);
      expect(now).toBe(answer);
      expect(await call(callerOf(() => Promise.resolve(answer)).caller)).toBe(answer);
    }
  });

  test("it may answer by what has only then(), as some query builders do", async () => {
    const { caller } = callerOf(() => thenable(record));
    expect(await caller.read(id)).toBe(record);
    expect(await caller.close()).toBe(record);
  });

  test("it keeps the capabilities it has, and gets no others", () => {
    const { read, create, update, touch, destroy } = memoryStore();
    const bare = { read, create, update, touch, destroy };
    const capabilities = (store: SessionStore) =>
      Object.keys(guardStore(store, 20, new EventHub()));
    expect(capabilities(bare)).toEqual(Object.keys(bare));
    expect(capabilities({ ...memoryStore(), close() {} })).toHaveLength(9);
  });

  test("a method is called on the store itself, as it is at that time", () => {
    class Counted {
      calls = 0;
      destroy() {
        this.calls++;
        return true;
      }
    }
    const store = new Counted();
    const guarded = guardStore(store as unknown as SessionStore, 20, new EventHub());
    expect(guarded.destroy(id)).toBe(true);
    store.destroy = () => false;
    expect([guarded.destroy(id), store.calls]).toEqual([false, 1]);
  });
});
