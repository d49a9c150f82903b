import assert from "node:assert/strict";
import type { SessionId, SessionStore } from "@coatcheck/core";
import type { StoreCase } from "../case.ts";
import { testId, testRecord } from "../records.ts";

/** Milliseconds until a case gives up on what must arrive. */
const PATIENCE_MS = 5_000;

/** What one watcher has heard. */
interface Watch {
  readonly heard: ReadonlySet<SessionId>;
  /** Resolves when all of these have arrived. */
  until(...ids: readonly SessionId[]): Promise<void>;
  stop(): Promise<void>;
}

async function watch(store: SessionStore): Promise<Watch> {
  const heard = new Set<SessionId>();
  let check = (): void => {};
  const stop = await store.watch?.((id) => {
    // That some may have been missed may be said at any time.
    if (id !== undefined) heard.add(id);
    check();
  });
  return {
    heard,
    until: (...ids) =>
      new Promise((resolve, reject) => {
        const missing = () => ids.filter((id) => !heard.has(id));
        const timer = setTimeout(
          () =>
            reject(new assert.AssertionError({ message: `${missing().length} did not arrive` })),
          PATIENCE_MS,
        );
        check = () => {
          if (ids.some((id) => !heard.has(id))) return;
          clearTimeout(timer);
          resolve();
        };
        check();
      }),
    stop: async () => stop?.(),
  };
}

export const notifyCases: readonly StoreCase[] = [
  {
    name: "announce and watch are both there or both absent",
    async run({ store }) {
      const methods = [typeof store.announce, typeof store.watch];
      assert.ok(methods.every((type) => type === "function") || !methods.includes("function"));
    },
  },
  {
    name: "a store that cannot notify shows the end of a session to whoever looks",
    lacks: ["notify"],
    async run({ store, peer = store, clock }) {
      assert.deepEqual([store.announce, store.watch], [undefined, undefined]);
      const record = testRecord(clock(), "a");
      await store.create(record);
      assert.equal(await peer.destroy(record.id), true);
      assert.equal(await store.read(record.id), undefined);
    },
  },
  {
    name: "what is announced reaches whoever watches, by the same connection and by another",
    needs: ["notify"],
    async run({ store, peer = store }) {
      const watches = [await watch(store), await watch(peer), await watch(store)];
      await store.announce?.([testId("a")]);
      await peer.announce?.([testId("b"), testId("c")]);
      const all = ["a", "b", "c"].map(testId);
      await Promise.all(watches.map((it) => it.until(...all)));
      for (const { heard } of watches) assert.deepEqual(heard, new Set(all));
      for (const { stop } of watches) await stop();
    },
  },
  {
    name: "of many ids announced at once each arrives",
    needs: ["notify"],
    async run({ store, peer = store }) {
      const watching = await watch(store);
      const ids = Array.from({ length: 1_203 }, (_, i) => testId(`${i}`));
      await peer.announce?.(ids);
      await watching.until(...ids);
      await watching.stop();
      assert.deepEqual(watching.heard, new Set(ids));
    },
  },
  {
    name: "who has stopped hears nothing more, and the others do",
    needs: ["notify"],
    async run({ store, peer = store }) {
      const [stopped, going] = [await watch(store), await watch(store)];
      await stopped.stop();
      await stopped.stop();
      await peer.announce?.([testId("a")]);
      await going.until(testId("a"));
      await going.stop();
      assert.deepEqual([stopped.heard, going.heard], [new Set(), new Set([testId("a")])]);
    },
  },
  {
    name: "who watches again hears what is announced from then on",
    needs: ["notify"],
    async run({ store, peer = store }) {
      const first = await watch(store);
      await first.stop();
      await peer.announce?.([testId("a")]);
      // Without waiting for the end of the one before.
      const second = await watch(store);
      const [, third] = await Promise.all([second.stop(), watch(store)]);
      await peer.announce?.([testId("b")]);
      await third.until(testId("b"));
      await third.stop();
      assert.deepEqual(first.heard, new Set());
      // What was announced a moment before may still be on its way, as between the nodes of a Cluster.
      const since = ({ heard }: typeof first) => [...heard].filter((id) => id !== testId("a"));
      assert.deepEqual([since(second), since(third)], [[], [testId("b")]]);
    },
  },
  {
    name: "one listener may watch twice, and stops once at a time",
    needs: ["notify"],
    async run({ store }) {
      const heard = new Set<unknown>();
      const listener = (id: unknown): void => {
        if (id !== undefined) heard.add(id);
      };
      const stop = await store.watch?.(listener);
      const stopOther = await store.watch?.(listener);
      const other = await watch(store);
      await stop?.();
      await store.announce?.([testId("a")]);
      await other.until(testId("a"));
      await stopOther?.();
      await other.stop();
      assert.deepEqual(heard, new Set([testId("a")]));
    },
  },
  {
    name: "an announcement is harmless that nobody hears, of nothing, or of a session that lives",
    needs: ["notify"],
    async run({ store, clock }) {
      const record = testRecord(clock(), "a");
      await store.create(record);
      await store.announce?.([]);
      await store.announce?.([record.id, testId("never was")]);
      assert.deepEqual(await store.read(record.id), record);
    },
  },
];
