import { isPromise, memoryStore, type SessionRecord, type SessionStore } from "@coatcheck/core";
import { context, SpanKind } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ObservedStoreOptions, observedStore } from "./observed-store.ts";
import { sdk, spell } from "./testing/sdk.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAAA" as SessionRecord["id"];

function record(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: ID,
    version: 1,
    userId: null,
    createdAt: 1,
    authenticatedAt: null,
    lastSeenAt: 1,
    expiresAt: 9_000_000_000_000,
    state: "{}",
    data: "{}",
    ...changes,
  };
}

function observed<Store extends SessionStore>(inner: Store, options: ObservedStoreOptions = {}) {
  const telemetry = sdk();
  onTestFinished(telemetry.stop);
  const { meter, tracer } = telemetry;
  return { ...telemetry, store: observedStore(inner, { meter, tracer, ...options }) };
}

/** A store of a class, with a private field and with something of its own. */
class OwnStore implements SessionStore {
  readonly #inner = memoryStore();
  extra = 1;
  read(id: SessionRecord["id"]) {
    return this.#inner.read(id);
  }
  create(it: SessionRecord) {
    return this.#inner.create(it);
  }
  update(it: SessionRecord, version: number) {
    return this.#inner.update(it, version);
  }
  touch(id: SessionRecord["id"], times: Parameters<SessionStore["touch"]>[1]) {
    return this.#inner.touch(id, times);
  }
  destroy(id: SessionRecord["id"]) {
    return this.#inner.destroy(id);
  }
  count() {
    return this.#inner ? this.extra : 0;
  }
}

describe("an observed store", () => {
  test("measures each call in seconds, by operation and outcome", async () => {
    const { store, points, counted } = observed(memoryStore());
    store.read(ID);
    store.create(record());
    store.create(record());
    store.read(ID);
    store.update(record({ version: 2, userId: "ada", authenticatedAt: 1 }), 1);
    store.update(record({ version: 2 }), 1);
    store.touch(ID, { lastSeenAt: 2, expiresAt: 9_000_000_000_001 });
    store.listByUser("ada");
    store.create(
      record({ id: "BBBBBBBBBBBBBBBBBBBBBA" as never, userId: "ada", authenticatedAt: 2 }),
      {
        perUser: 1,
        onLimit: "evict-oldest",
      },
    );
    store.destroyByUser("ada");
    store.destroy(ID);
    store.sweep?.();
    const of = (operation: string, outcome: string, count = 1) =>
      `coatcheck.store.duration{coatcheck.operation=${operation},coatcheck.outcome=${outcome}} ${count}`;
    expect(await counted()).toEqual(
      [
        of("create", "evicted"),
        of("create", "exists"),
        of("create", "ok"),
        of("destroy", "gone"),
        of("destroyByUser", "ok"),
        of("listByUser", "ok"),
        of("read", "found"),
        of("read", "none"),
        of("sweep", "ok"),
        of("touch", "ok"),
        of("update", "ok"),
        of("update", "stale"),
      ].sort(),
    );
    expect((await points()).every(({ unit }) => unit === "s")).toBe(true);
  });

  test("has a span of kind client for each call, without the session unless told so", () => {
    const { store, spans } = observed(memoryStore());
    store.create(record());
    store.read(ID);
    expect(spans().map(({ name, kind, attributes }) => [name, kind, spell(attributes)])).toEqual([
      [
        "coatcheck.store create",
        SpanKind.CLIENT,
        "coatcheck.operation=create,coatcheck.outcome=ok",
      ],
      ["coatcheck.store read", SpanKind.CLIENT, "coatcheck.operation=read,coatcheck.outcome=found"],
    ]);
    const named = observed(memoryStore(), { sessionId: true });
    named.store.create(record());
    named.store.destroy(ID);
    named.store.listByUser("ada");
    const ids = named.spans().map(({ attributes }) => attributes["coatcheck.session.id"]);
    expect(ids).toEqual([ID, ID, undefined]);
  });

  test("lets the driver's own spans be inside", async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const telemetry = sdk();
    onTestFinished(telemetry.stop);
    const { meter, tracer, spans } = telemetry;
    const read = async () => {
      await Promise.resolve();
      tracer.startSpan("SELECT").end();
      return undefined;
    };
    const store = observedStore(Object.assign(memoryStore(), { read }), { meter, tracer });
    await store.read(ID);
    const [select, around] = spans();
    expect([select?.name, around?.name]).toEqual(["SELECT", "coatcheck.store read"]);
    expect(select?.parentSpanContext?.spanId).toBe(around?.spanContext().spanId);
  });

  test("answers at once where the store does, and by the store's promise where it does not", async () => {
    const { store } = observed(memoryStore());
    expect(isPromise(store.read(ID))).toBe(false);
    const slow = observed({ read: async () => undefined } as unknown as SessionStore);
    expect(isPromise(slow.store.read(ID))).toBe(true);
    expect(await slow.store.read(ID)).toBeUndefined();
  });

  test("passes the very error on, thrown or rejected, and names its type and no more", async () => {
    const error = Object.assign(new Error("cannot write s3cret"), { code: "ECONNRESET" });
    const inner = {
      read: () => {
        throw error;
      },
      destroy: () => Promise.reject(error),
    } as unknown as SessionStore;
    const { store, spans, counted } = observed(inner);
    expect(() => store.read(ID)).toThrow(error);
    await expect(store.destroy(ID)).rejects.toBe(error);
    expect(await counted()).toEqual(
      ["destroy", "read"].map(
        (operation) =>
          `coatcheck.store.duration{coatcheck.operation=${operation},coatcheck.outcome=error,error.type=ECONNRESET} 1`,
      ),
    );
    expect(spans().map(({ status, events }) => [status, events])).toEqual([
      [{ code: 2 }, []],
      [{ code: 2 }, []],
    ]);
  });

  test("has the capabilities of the store and no others, and what else that has", () => {
    const { store } = observed(new OwnStore());
    expect(
      ["listByUser", "destroyByUser", "sweep", "close"].filter((name) => name in store),
    ).toEqual([]);
    expect(store.count()).toBe(1);
    store.extra = 2;
    expect(store.count()).toBe(2);
    const frozen = observed(Object.freeze({ ...memoryStore(), touch: () => "ok" as const }));
    expect(frozen.store.touch()).toBe("ok");
  });
});
