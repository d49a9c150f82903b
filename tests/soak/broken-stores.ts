import type { FullStore, SessionId, SessionRecord } from "@coatcheck/core";

type Wrapped = Omit<FullStore, "close">;

/** Answers "ok" to one update in a thousand that it does not write. */
export function forgetful(store: Wrapped): Wrapped {
  let updates = 0;
  return {
    ...store,
    update(record, version, limit) {
      updates += 1;
      return updates % 1_000 === 0 ? "ok" : store.update(record, version, limit);
    },
  };
}

/** Brings back one destroyed session, a moment later: as an upsert does that was on its way when the session ended. */
export function reviving(store: Wrapped): Wrapped {
  let grave: SessionRecord | undefined;
  let updates = 0;
  return {
    ...store,
    async destroy(id: SessionId) {
      const record = await store.read(id);
      const existed = await store.destroy(id);
      if (existed) grave ??= record;
      return existed;
    },
    async update(record, version, limit) {
      if (grave) updates += 1;
      if (grave && updates === 100) await store.create(grave);
      return store.update(record, version, limit);
    },
  };
}

/** Knows of no limit. */
export function boundless(store: Wrapped): Wrapped {
  return {
    ...store,
    create: (record) => store.create(record),
    update: (record, version) => store.update(record, version),
  };
}

/** Looks at the version, and writes a moment later: two writers may both find it good. */
export function hasty(store: Wrapped): Wrapped {
  return {
    ...store,
    async update(record, version, limit) {
      const before = await store.read(record.id);
      if (before === undefined) return "gone";
      if (before.version !== version) return "stale";
      await new Promise((resolve) => setImmediate(resolve));
      const now = await store.read(record.id);
      return now === undefined ? "gone" : store.update(record, now.version, limit);
    },
  };
}

/** Takes what is revoked out of the list, and leaves it open. */
export function unlisting(store: Wrapped): Wrapped {
  const hidden = new Set<string>();
  return {
    ...store,
    async destroyByUser(userId, except) {
      const ids = (await store.listByUser(userId)).map(({ id }) => id);
      const gone = ids.filter((id) => id !== except);
      for (const id of gone) hidden.add(id);
      return gone;
    },
    async listByUser(userId) {
      return (await store.listByUser(userId)).filter(({ id }) => !hidden.has(id));
    },
  };
}

/** Fails one call in fifty, after it has done what was asked: replies that are lost on the way. */
export function silent(store: Wrapped): Wrapped {
  let calls = 0;
  const answer = <T>(value: T): T => {
    calls += 1;
    if (calls % 50 === 0) throw new Error("the reply was lost");
    return value;
  };
  return {
    ...store,
    create: async (record, limit) => answer(await store.create(record, limit)),
    update: async (record, version, limit) => answer(await store.update(record, version, limit)),
    destroy: async (id) => answer(await store.destroy(id)),
    destroyByUser: async (userId, except) => answer(await store.destroyByUser(userId, except)),
  };
}
