import type { Backend, MaybePromise } from "../backend/backend.ts";
import { indexedDb } from "../backend/indexed-db.ts";
import { revisions } from "../backend/revision.ts";
import { webStorage } from "../backend/web-storage.ts";
import { type ClientStoreOptions, checkOptions } from "./options.ts";
import { type ClientStore, createStore } from "./store.ts";

/**
 * Typed, expiring, versioned entries in `localStorage`, `sessionStorage` or IndexedDB, by one interface. For what the page may
 * lose and a script on it may read: never for tokens. Throws a `ClientStoreError` of code `"config"` for a wrong option.
 */
export function clientStore<Data extends object>(
  options: ClientStoreOptions<Data>,
): ClientStore<Data> {
  const limits = checkOptions(options as never);
  const { name, backend } = options;
  const id = `coatcheck:${backend}:${name}`;
  const open = (): MaybePromise<Backend> => {
    if (backend === "indexeddb") return indexedDb(id);
    if (backend === "session") return { ...webStorage(sessionStorage, id), alone: true };
    const locks = navigator.locks as LockManager | undefined;
    return {
      ...webStorage(localStorage, id),
      ...(locks && revisions(localStorage, id, locks)),
    };
  };
  return createStore(id, options, limits, open);
}
