import type { Backend } from "./backend.ts";
import { database } from "./database.ts";
import { failure } from "./failure.ts";

/** Entries of one store in a database of their own. Rejects where there is no IndexedDB. */
export async function indexedDb(name: string): Promise<Backend> {
  const db = database(name);
  const run = async <T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
    text = "",
  ): Promise<T> => {
    try {
      return await db.run(mode, work);
    } catch (error) {
      // Plain HTTP has no StorageManager.
      const { usage, quota = Number.NaN } = (await navigator.storage?.estimate()) ?? {};
      throw failure(error, text, usage, quota - (usage ?? 0));
    }
  };
  const keys = () => run("readonly", (store) => store.getAllKeys()) as Promise<string[]>;
  await keys();
  return {
    keys,
    close: db.close,
    read: async (key) => textOf(await run("readonly", (store) => store.get(key))),
    async swap(key, before, after) {
      const replace = (store: IDBObjectStore): IDBRequest => {
        const request = store.get(key);
        request.onsuccess = () => {
          if (textOf(request.result) !== before) return;
          if (after === null) store.delete(key);
          else store.put(after, key);
        };
        return request;
      };
      return textOf(await run("readwrite", replace, key + after)) === before;
    },
    clear: () => run("readwrite", (store) => store.clear()),
  };
}

/** Somebody else's value is an empty text: there, and not ours. */
function textOf(value: unknown): string | null {
  return value === undefined ? null : typeof value === "string" ? value : "";
}
