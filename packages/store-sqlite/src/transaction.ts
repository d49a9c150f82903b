import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Runs its argument as one transaction that holds the write lock from the start; within another one, as a part that can be undone by itself. */
export type Transaction = <T>(work: () => T) => T;

/**
 * IMMEDIATE, since a check and the write that rests on it are one step only if nobody else can write between them. A
 * deferred transaction would learn of another writer when it is too late to wait, and fail.
 */
export function immediately(db: DatabaseSync): Transaction {
  const whole = prepared(db, "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]);
  const part = prepared(db, "SAVEPOINT part", "RELEASE part", ["ROLLBACK TO part", "RELEASE part"]);
  let within = false;
  return (work) => {
    const { begin, end, undo } = within ? part : whole;
    const outer = within;
    begin.run();
    within = true;
    try {
      const result = work();
      end.run();
      return result;
    } catch (error) {
      try {
        for (const step of undo) step.run();
      } catch {
        // On a full disk or an I/O error SQLite has rolled back by itself; the first error is the one that tells.
      }
      throw error;
    } finally {
      within = outer;
    }
  };
}

interface Steps {
  readonly begin: StatementSync;
  readonly end: StatementSync;
  readonly undo: readonly StatementSync[];
}

function prepared(db: DatabaseSync, begin: string, end: string, undo: readonly string[]): Steps {
  const prepare = (sql: string): StatementSync => db.prepare(sql);
  return { begin: prepare(begin), end: prepare(end), undo: undo.map(prepare) };
}
