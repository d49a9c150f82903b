import type { FullStore, MaybePromise } from "@coatcheck/core";
import type { Transaction } from "./transaction.ts";

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The same store, with all writes of one turn of the event loop in one transaction, each answered when that is committed: together they
 * wait for the disk once. They are made when the turn is over, so that no other process waits for the turn.
 */
export function grouped(
  store: FullStore,
  transaction: Transaction,
  isUnderWay: () => boolean,
): FullStore {
  let waiting: Waiting[] = [];
  let closed = false;

  const flush = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      const settle = transaction(() => group.map((one) => attempt(one, isUnderWay)));
      for (const done of settle) done();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  const later = <T>(work: () => MaybePromise<T>): MaybePromise<T> => {
    if (closed) return work();
    return new Promise((resolve, reject) => {
      // Not a microtask: each request comes in a callback of its own, and those of one turn are to be together.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  };

  return {
    read: (id) => store.read(id),
    create: ({ ...record }, limit) => later(() => store.create(record, limit)),
    update: ({ ...record }, version, limit) => later(() => store.update(record, version, limit)),
    touch: (id, { ...times }) => later(() => store.touch(id, times)),
    destroy: (id) => later(() => store.destroy(id)),
    listByUser: (userId) => store.listByUser(userId),
    destroyByUser: (userId, except) => later(() => store.destroyByUser(userId, except)),
    sweep: () => store.sweep(),
    close() {
      flush();
      closed = true;
      return store.close();
    },
  };
}

/** Does the work now, and answers once that is known to last. What fails undoes no other, unless SQLite has undone all, as on a full disk. */
function attempt({ work, resolve, reject }: Waiting, isUnderWay: () => boolean): () => void {
  try {
    const value = work();
    return () => resolve(value);
  } catch (error) {
    if (!isUnderWay()) throw error;
    return () => reject(error);
  }
}
