const ENTRIES = "entries";

/** One object store of an IndexedDB database, opened when it is first needed. */
export interface Database {
  /** Resolves with the request's result when the transaction is over: then all is kept. Rejects with the transaction's error. */
  run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T>;
  close(): void;
}

export function database(name: string): Database {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onupgradeneeded = () => request.result.createObjectStore(ENTRIES);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        // Whoever deletes the database, as Clear-Site-Data does, would wait for this connection for ever.
        db.onclose = db.onversionchange = close;
        resolve(db);
      };
    });
  const close = (): void => {
    opened?.then((db) => db.close());
    opened = undefined;
  };
  return {
    close,
    async run(mode, work) {
      opened ??= open();
      const transaction = (await opened).transaction(ENTRIES, mode);
      const request = work(transaction.objectStore(ENTRIES));
      return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
      });
    },
  };
}
