import type { FullStore, SessionId, SessionLimit, SessionRecord } from "@coatcheck/core";

/** The contract said once more, as plainly as it can be: a list of records. */
export function modelStore(clock: () => number): Omit<FullStore, "close"> {
  let records: SessionRecord[] = [];
  const live = (): SessionRecord[] => records.filter((it) => it.expiresAt > clock());
  const find = (id: SessionId) => live().find((it) => it.id === id);
  const without = (gone: readonly SessionId[]): void => {
    records = live().filter((it) => !gone.includes(it.id));
  };
  const ofUser = (userId: string): SessionRecord[] =>
    live()
      .filter((it) => it.userId === userId)
      .sort((a, b) => Number(b.authenticatedAt) - Number(a.authenticatedAt));

  const write = (record: SessionRecord, limit?: SessionLimit) => {
    const mine = record.userId === null ? [] : ofUser(record.userId);
    const others = mine.filter((it) => it.id !== record.id);
    const surplus = limit ? others.slice(limit.perUser - 1).map((it) => it.id) : [];
    if (surplus.length > 0 && limit?.onLimit === "reject") return "full";
    without([record.id, ...surplus]);
    records.push(record);
    return surplus.length > 0 ? { evicted: surplus } : "ok";
  };

  return {
    read: find,
    create: (record, limit) => (find(record.id) ? "exists" : write(record, limit)),
    update(record, expectedVersion, limit) {
      const found = find(record.id);
      if (!found) return "gone";
      return found.version === expectedVersion ? write(record, limit) : "stale";
    },
    touch(id, times) {
      const found = find(id);
      if (!found) return "gone";
      without([id]);
      records.push({
        ...found,
        lastSeenAt: Math.max(found.lastSeenAt, times.lastSeenAt),
        expiresAt: Math.max(found.expiresAt, times.expiresAt),
      });
      return "ok";
    },
    destroy(id) {
      const found = find(id);
      without([id]);
      return found !== undefined;
    },
    listByUser: ofUser,
    destroyByUser(userId, except) {
      const ids = ofUser(userId).flatMap((it) => (it.id === except ? [] : [it.id]));
      without(ids);
      return ids;
    },
    sweep: () => 0,
  };
}
