import type { Random, SessionStore } from "@coatcheck/core";

/** Each call by one of `stores`: a site that is being deployed, one request after the other. */
export function alternating(stores: readonly SessionStore[], random: Random): SessionStore {
  const any = (): SessionStore => stores[(random(1)[0] ?? 0) % stores.length] as SessionStore;
  return {
    read: (id) => any().read(id),
    create: (record, limit) => any().create(record, limit),
    update: (record, expectedVersion, limit) => any().update(record, expectedVersion, limit),
    touch: (id, times) => any().touch(id, times),
    destroy: (id) => any().destroy(id),
    listByUser: (userId) => any().listByUser?.(userId) ?? [],
    destroyByUser: (userId, except) => any().destroyByUser?.(userId, except) ?? [],
    sweep: () => any().sweep?.() ?? 0,
  };
}
