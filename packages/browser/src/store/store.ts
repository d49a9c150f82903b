import type { Backend, MaybePromise } from "../backend/backend.ts";
import { memory } from "../backend/memory.ts";
import { ClientStoreError } from "../errors.ts";
import { announcer, type StoreChange } from "./announcer.ts";
import { codec, type Unpacked } from "./codec.ts";
import { exclusive } from "./exclusive.ts";
import type { ClientStoreOptions, ClientStoreProblem, Limits, StoreKey } from "./options.ts";

/** Typed entries of one backend. */
export interface ClientStore<Data extends object> {
  /** `"memory"`: the browser keeps nothing. Certain once a call has resolved; until then a store counts as persistent. */
  readonly persistence: "persistent" | "memory";
  /** The value; `undefined` if there is none, it has expired, or it cannot be used (`onProblem` says why). */
  get<Key extends StoreKey<Data>>(key: Key): Promise<Data[Key] | undefined>;
  /**
   * A new value, whose `ttl` begins now. It is copied before `set` returns. Rejects with a `ClientStoreError` of code
   * `"unserialisable"`, `"invalid"`, `"quota"` or `"newer-version"`; the old value is then still there.
   */
  set<Key extends StoreKey<Data>>(key: Key, value: Data[Key]): Promise<void>;
  /**
   * An atomic read-modify-write, over all tabs. `fn` is synchronous, and may run again on a fresher value. Resolves with the
   * new value; rejects as `set` does, or with what `fn` throws. The absolute `ttl` goes on from where it was.
   */
  update<Key extends StoreKey<Data>>(
    key: Key,
    fn: (old: Data[Key] | undefined) => Data[Key],
  ): Promise<Data[Key]>;
  delete(key: StoreKey<Data>): Promise<void>;
  /** Removes every entry, in all tabs, and the encryption's key: at logout. */
  clear(): Promise<void>;
  /** The keys for which `get` has a value. */
  keys(): Promise<StoreKey<Data>[]>;
  /** Calls `listener` after each change; returns what ends that. That an entry expires is no change. */
  onChange(listener: (change: StoreChange<StoreKey<Data>>) => void): () => void;
  /** Ends listening. What is stored stays; later calls reject with code `"closed"`. */
  close(): void;
}

export function createStore<Data extends object>(
  id: string,
  options: ClientStoreOptions<Data>,
  limits: Limits,
  open: () => MaybePromise<Backend>,
): ClientStore<Data> {
  let { encryption } = options;
  let persistence: "persistent" | "memory" = "persistent";
  let closed = false;
  const { accept, pack, unpack, touch } = codec(id, options as never, limits, () => encryption);

  // Later, so that what it throws is nobody else's affair.
  const report = (problem: ClientStoreProblem): void => {
    queueMicrotask(() => options.onProblem?.(problem));
  };

  const begin = async (): Promise<Backend> => {
    try {
      const opening = open();
      // What throws at once makes `persistence` certain at once.
      const backend = opening instanceof Promise ? await opening : opening;
      await encryption?.prepare(id);
      return backend;
    } catch (cause) {
      persistence = "memory";
      // There may be no key, and nothing is written.
      encryption = undefined;
      report({ code: "memory", cause });
      return memory();
    }
  };
  const ready = begin();
  const inTurn = exclusive(id);
  const changes = announcer(id, async (key) => {
    const backend = await ready;
    if (key === null && backend.alone) await backend.clear();
    await backend.catchUp?.();
  });

  const usable = async (): Promise<Backend> => {
    if (closed) throw new ClientStoreError("closed", `${options.name} is closed`);
    return await ready;
  };

  /** Changes the storage while nobody else does. */
  const change = async <T>(work: (backend: Backend) => MaybePromise<T>): Promise<T> => {
    const backend = await usable();
    return inTurn(!backend.alone, async () => {
      await backend.catchUp?.();
      const result = await work(backend);
      await backend.mark?.();
      return result;
    });
  };

  /** Replaces the entry's text by what `next` makes of it, again if there was no lock and somebody was faster; `undefined` leaves it. */
  const replace = (
    key: string,
    next: (before: string | null) => MaybePromise<string | null | undefined>,
  ): Promise<void> =>
    change(async (backend) => {
      for (;;) {
        const before = await backend.read(key);
        const after = await next(before);
        if (after === undefined || (await backend.swap(key, before, after))) return;
      }
    });

  /** Housekeeping on a read: nobody is told, and it may fail. */
  const tidy = (key: string, seen: string | null, after: string | null): Promise<void> =>
    replace(key, (before) => (before === seen ? after : undefined)).catch(() => {});

  /** What is there; an entry that this store is too old for stops it. */
  const replaceable = async (key: string, before: string | null): Promise<Unpacked> => {
    const old = await unpack(key, before);
    if (old.code !== "newer-version") return old;
    throw new ClientStoreError(old.code, `a newer page wrote ${key}: reload this one`);
  };

  const complain = (key: string, { code, cause }: Unpacked): void => {
    if (code && code !== "expired") report({ code, key, cause });
  };

  return {
    get persistence() {
      return persistence;
    },

    async get(key) {
      const text = await (await usable()).read(key);
      const found = await unpack(key, text);
      complain(key, found);
      const after = found.code === "expired" ? null : found.entry && touch(found.entry);
      if (after !== undefined) await tidy(key, text, after);
      return found.value as never;
    },

    async set(key, value) {
      const json = await accept(key, value);
      await replace(key, async (before) => {
        await replaceable(key, before);
        return await pack(key, json);
      });
      changes.tell(key);
    },

    async update(key, fn) {
      let json = "";
      await replace(key, async (before) => {
        const old = await replaceable(key, before);
        complain(key, old);
        json = await accept(key, fn(old.value as never));
        return await pack(key, json, old.entry?.[2]);
      });
      changes.tell(key);
      return JSON.parse(json);
    },

    async delete(key) {
      await replace(key, () => null);
      changes.tell(key);
    },

    async clear() {
      await change(async (backend) => {
        await backend.clear();
        await encryption?.forget(id);
      });
      changes.tell(null);
    },

    async keys() {
      const backend = await usable();
      const all = await backend.keys();
      const found = await Promise.all(
        all.map(async (key) => await unpack(key, await backend.read(key))),
      );
      return all.filter((_, index) => found[index]?.entry) as never;
    },

    onChange: (listener) => changes.listen(listener as never),

    close() {
      closed = true;
      changes.close();
      ready.then((backend) => backend.close?.());
    },
  };
}
