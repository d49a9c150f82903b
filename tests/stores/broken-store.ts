import type {
  Clock,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionStore,
  UpdateOutcome,
} from "@coatcheck/core";

/** One thing that a store can get wrong. */
export type Bug =
  | "no version check"
  | "update creates"
  | "touch revives"
  | "touch moves back"
  | "touch counts as an update"
  | "touch writes nothing"
  | "lives one millisecond too long"
  | "update reaches the expired"
  | "exists though expired"
  | "destroy counts the expired"
  | "hands out what it holds"
  | "holds what it was handed"
  | "parses texts"
  | "trims user ids"
  | "ignores case of ids"
  | "ignores the limit"
  | "limit counts the expired"
  | "limit counts itself"
  | "evicts the newest"
  | "evicts before it knows"
  | "checks the limit a moment early"
  | "checks the version a moment early"
  | "keeps the first user"
  | "lists the oldest first"
  | "spares nobody"
  | "sweeps the living"
  | "sweep counts wrong"
  | "close throws when repeated"
  | "announces the first alone"
  | "goes on after stop"
  | "stops all at once"
  | "knows a listener once"
  | "lacks announce";

type Watcher = (id: SessionId | undefined) => void;

/** The contract in its plainest form, with one bug or none: what proves that the cases bite. */
export function brokenStore(clock: Clock, bug?: Bug): SessionStore {
  const records = new Map<string, SessionRecord>();
  const graves = new Map<string, SessionRecord>();
  const owners = new Map<string, string | null>();
  const watchers = new Set<Watcher>();
  let closed = false;

  const has = (name: Bug): boolean => bug === name;
  const key = (id: SessionId): string => (has("ignores case of ids") ? id.toLowerCase() : id);
  const lives = (record: SessionRecord): boolean =>
    record.expiresAt + (has("lives one millisecond too long") ? 1 : 0) > clock();
  const copy = (record: SessionRecord): SessionRecord => ({ ...record });
  const live = (id: SessionId): SessionRecord | undefined => {
    const found = records.get(key(id));
    return found && lives(found) ? found : undefined;
  };
  const put = (record: SessionRecord): void => {
    const parsed = (text: string): string => (text === "" ? "" : JSON.stringify(JSON.parse(text)));
    const kept = has("parses texts") ? { ...record, data: parsed(record.data) } : record;
    records.set(key(record.id), has("holds what it was handed") ? record : copy(kept));
    if (!has("keeps the first user") || !owners.has(record.id))
      owners.set(record.id, record.userId);
  };
  const bury = (record: SessionRecord): SessionId => {
    graves.set(key(record.id), record);
    records.delete(key(record.id));
    owners.delete(record.id);
    return record.id;
  };
  const trimmed = (userId: string | null | undefined): string | null | undefined =>
    has("trims user ids") ? userId?.trim() : userId;
  const ofUser = (userId: string): SessionRecord[] =>
    [...records.values()]
      .filter((record) => trimmed(owners.get(record.id)) === trimmed(userId))
      .sort((a, b) => (b.authenticatedAt ?? 0) - (a.authenticatedAt ?? 0));
  const surplus = (record: SessionRecord, limit: SessionLimit | undefined): SessionRecord[] => {
    if (limit === undefined || record.userId === null || has("ignores the limit")) return [];
    const others = ofUser(record.userId)
      .filter((other) => lives(other) || has("limit counts the expired"))
      .filter((other) => other.id !== record.id || has("limit counts itself"));
    if (has("evicts the newest")) others.reverse();
    return others.slice(limit.perUser - 1);
  };
  const write = (
    record: SessionRecord,
    limit: SessionLimit | undefined,
    checked = surplus(record, limit),
  ): UpdateOutcome => {
    if (checked.length > 0 && limit?.onLimit === "reject") return "full";
    const evicted = checked.map(bury);
    put(record);
    return evicted.length > 0 ? { evicted } : "ok";
  };

  return {
    read: (id) => {
      const found = live(id);
      return found && (has("hands out what it holds") ? found : copy(found));
    },
    create: (record, limit) => {
      if (has("evicts before it knows")) for (const other of surplus(record, limit)) bury(other);
      if (has("exists though expired") ? records.has(key(record.id)) : live(record.id)) {
        return "exists";
      }
      if (!has("checks the limit a moment early")) return write(record, limit) as "ok";
      const checked = surplus(record, limit);
      return Promise.resolve().then(() => write(record, limit, checked) as "ok");
    },
    update: (record, expectedVersion, limit) => {
      const found = has("update reaches the expired")
        ? records.get(key(record.id))
        : live(record.id);
      if (found === undefined && !has("update creates")) return "gone";
      if (has("evicts before it knows")) for (const other of surplus(record, limit)) bury(other);
      const stale = found !== undefined && found.version !== expectedVersion;
      if (stale && !has("no version check")) return "stale";
      if (!has("checks the version a moment early")) return write(record, limit);
      return Promise.resolve().then(() => write(record, limit));
    },
    touch: (id, times) => {
      const found = live(id) ?? (has("touch revives") ? graves.get(key(id)) : undefined);
      if (found === undefined) return "gone";
      if (has("touch writes nothing")) return "ok";
      const forward = has("touch moves back") ? (_: number, next: number) => next : Math.max;
      put({
        ...found,
        version: found.version + (has("touch counts as an update") ? 1 : 0),
        lastSeenAt: forward(found.lastSeenAt, times.lastSeenAt),
        expiresAt: forward(found.expiresAt, times.expiresAt),
      });
      return "ok";
    },
    destroy: (id) => {
      const found = has("destroy counts the expired") ? records.get(key(id)) : live(id);
      if (found) bury(found);
      return found !== undefined;
    },
    listByUser: (userId) => {
      const found = ofUser(userId).filter(lives).map(copy);
      return has("lists the oldest first") ? found.reverse() : found;
    },
    destroyByUser: (userId, except) =>
      ofUser(userId)
        .filter((record) => lives(record) && (record.id !== except || has("spares nobody")))
        .map(bury),
    sweep: () => {
      const dead = [...records.values()].filter(
        (record) => !lives(record) || (has("sweeps the living") && record.expiresAt <= clock() + 1),
      );
      for (const record of dead) bury(record);
      return has("sweep counts wrong") && dead.length > 0 ? 1 : dead.length;
    },
    close: () => {
      if (closed && has("close throws when repeated")) throw new Error("closed already");
      closed = true;
    },
    ...(!has("lacks announce") && {
      announce: (ids: readonly SessionId[]) => {
        for (const id of has("announces the first alone") ? ids.slice(0, 1) : ids) {
          for (const watcher of watchers) watcher(id);
        }
      },
    }),
    watch: (listener: Watcher) => {
      const own: Watcher = has("knows a listener once") ? listener : (id) => listener(id);
      watchers.add(own);
      return () => {
        if (has("stops all at once")) watchers.clear();
        if (!has("goes on after stop")) watchers.delete(own);
      };
    },
  };
}
