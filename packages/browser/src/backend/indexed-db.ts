import type { Backend } from "./backend.ts";
import { database } from "./database.ts";
import { failure } from "./failure.ts";

/** Entries of one store in a database of their own. Rejects where there is no IndexedDB. */
export async function indexedDb(name: string): Promise<Backend> {
  const db = database(name);
  const keys = () => db.run("readonly", (store) => store.getAllKeys()) as Promise<string[]>;
  await keys();
  return {
    keys,
    close: db.close,
    read: async (key) => textOf(await db.run("readonly", (store) => store.get(key))),
    async swap(key, before, after) {
      try {
        const found = await db.run("readwrite", (store) => {
          const request = store.get(key);
          request.onsuccess = () => {
            if (textOf(request.result) !== before) return;
            if (after === null) store.delete(key);
            else store.put(after, key);
          };
          return request;
        });
        return textOf(found) === before;
      } catch (error) {
        const { usage = 0, quota = 0 } = await navigator.storage.estimate();
        throw failure(error, key + after, usage, Math.max(0, quota - usage));
      }
    },
    clear: () => db.run("readwrite", (store) => store.clear()),
  };
}

/** Somebody else's value is an empty text: there, and not ours. */
function textOf(value: unknown): string | null {
  return value === undefined ? null : typeof value === "string" ? value : "";
}
