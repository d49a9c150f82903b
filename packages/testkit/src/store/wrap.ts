import type { MaybePromise, SessionId, SessionStore } from "@coatcheck/core";

/** The name of a store's method. */
export type StoreMethod = keyof SessionStore;

/** One call on a store, as a decorator sees it. */
export interface StoreCall {
  readonly method: StoreMethod;
  /** The session concerned; absent where the call concerns a user or the whole store. */
  readonly id?: SessionId;
}

/** What a decorator does around a call: `run` is the call itself. */
export type AroundCall = <T>(call: StoreCall, run: () => MaybePromise<T>) => MaybePromise<T>;

/** A store that passes every call through `around`. It has the capabilities that `inner` has, and no others. */
export function wrapStore(inner: SessionStore, around: AroundCall): SessionStore {
  const store: SessionStore = {
    read: (id) => around({ method: "read", id }, () => inner.read(id)),
    create: (record, limit) =>
      around({ method: "create", id: record.id }, () => inner.create(record, limit)),
    update: (record, expectedVersion, limit) =>
      around({ method: "update", id: record.id }, () =>
        inner.update(record, expectedVersion, limit),
      ),
    touch: (id, times) => around({ method: "touch", id }, () => inner.touch(id, times)),
    destroy: (id) => around({ method: "destroy", id }, () => inner.destroy(id)),
  };
  const listByUser = inner.listByUser?.bind(inner);
  const destroyByUser = inner.destroyByUser?.bind(inner);
  const sweep = inner.sweep?.bind(inner);
  const close = inner.close?.bind(inner);
  const announce = inner.announce?.bind(inner);
  const watch = inner.watch?.bind(inner);
  if (listByUser) {
    store.listByUser = (userId) => around({ method: "listByUser" }, () => listByUser(userId));
  }
  if (destroyByUser) {
    store.destroyByUser = (userId, except) =>
      around({ method: "destroyByUser" }, () => destroyByUser(userId, except));
  }
  if (sweep) store.sweep = () => around({ method: "sweep" }, sweep);
  if (announce) store.announce = (ids) => around({ method: "announce" }, () => announce(ids));
  if (watch) store.watch = (listener) => around({ method: "watch" }, () => watch(listener));
  if (close) store.close = () => around({ method: "close" }, close);
  return store;
}
