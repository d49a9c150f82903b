import type { ClientBackend } from "@coatcheck/browser";

/** What is stored, past the library. */
export async function readRaw(backend: ClientBackend, name: string, key: string) {
  const id = `coatcheck:${backend}:${name}`;
  if (backend !== "indexeddb") return webStorage(backend).getItem(`${id}:${key}`);
  return await inDatabase(id, "entries", (store) => store.get(key));
}

export async function writeRaw(
  backend: ClientBackend,
  name: string,
  key: string,
  value: unknown,
): Promise<void> {
  const id = `coatcheck:${backend}:${name}`;
  if (backend !== "indexeddb") webStorage(backend).setItem(`${id}:${key}`, `${value}`);
  else await inDatabase(id, "entries", (store) => store.put(value, key));
}

/** The key that encrypts a store. */
export const rawKey = (backend: ClientBackend, name: string) =>
  inDatabase("coatcheck-keys", "entries", (store) => store.get(`coatcheck:${backend}:${name}`));

const webStorage = (backend: "local" | "session"): Storage =>
  backend === "local" ? localStorage : sessionStorage;

async function inDatabase(
  name: string,
  storeName: string,
  work: (store: IDBObjectStore) => IDBRequest,
) {
  const opening = indexedDB.open(name);
  const db = await result(opening);
  const found = await result(work(db.transaction(storeName, "readwrite").objectStore(storeName)));
  db.close();
  return found;
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
