import type { DatabaseSync } from "node:sqlite";

/** Runs its argument as one transaction that holds the write lock from the start. */
export type Transaction = <T>(work: () => T) => T;

/**
 * IMMEDIATE, since a check and the write that rests on it are one step only if nobody else can write between them. A
 * deferred transaction would learn of another writer when it is too late to wait, and fail.
 */
export function immediately(db: DatabaseSync): Transaction {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      try {
        rollback.run();
      } catch {
        // On a full disk or an I/O error SQLite has rolled back by itself; the first error is the one that tells.
      }
      throw error;
    }
  };
}
