import type { Backend } from "./backend.ts";
import { bytesOf, failure } from "./failure.ts";

/** Entries of one store in `localStorage` or `sessionStorage`, told from others by their prefix. Throws where it is disabled. */
export function webStorage(storage: Storage, name: string): Backend {
  const prefix = `${name}:`;
  // Not Object.keys: an item may be named as a method.
  const all = (): string[] => Array.from(storage, (_, index) => storage.key(index) as string);
  const keys = (): string[] =>
    all().flatMap((it) => (it.startsWith(prefix) ? it.slice(prefix.length) : []));
  keys();
  return {
    keys,
    read: (key) => storage.getItem(prefix + key),
    swap(key, before, after) {
      const name = prefix + key;
      if (storage.getItem(name) !== before) return false;
      try {
        if (after === null) storage.removeItem(name);
        else storage.setItem(name, after);
      } catch (error) {
        const used = all().reduce((sum, it) => sum + bytesOf(it + storage.getItem(it)), 0);
        throw failure(error, name + after, used);
      }
      return true;
    },
    clear() {
      for (const key of keys()) storage.removeItem(prefix + key);
    },
  };
}
