import { chain, type SessionStore } from "@coatcheck/core";

/** Forgets what is nobody's, as the marks are. */
export function forgetful(store: SessionStore): SessionStore {
  return {
    ...passing(store),
    async read(id) {
      const record = await store.read(id);
      return record?.userId === null ? undefined : record;
    },
  };
}

/** With the version check taken out of `update`: it writes whatever is there. */
export function unchecked(store: SessionStore): SessionStore {
  return {
    ...passing(store),
    update: (record, _version, limit) =>
      chain(store.destroy(record.id), () =>
        chain(store.create(record, limit), (outcome) => (outcome === "exists" ? "stale" : outcome)),
      ),
  };
}

function passing(store: SessionStore): SessionStore {
  return {
    read: (id) => store.read(id),
    create: (record, limit) => store.create(record, limit),
    update: (record, version, limit) => store.update(record, version, limit),
    touch: (id, times) => store.touch(id, times),
    destroy: (id) => store.destroy(id),
    listByUser: (userId) => store.listByUser?.(userId) ?? [],
    destroyByUser: (userId, except) => store.destroyByUser?.(userId, except) ?? [],
  };
}
