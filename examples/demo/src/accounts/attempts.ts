import type { DatabaseSync } from "node:sqlite";

export const MOST_ATTEMPTS = 5;

/** Whether there is one more attempt. Times in milliseconds since the epoch. */
export type Attempt =
  | { readonly kind: "free"; readonly left: number }
  | { readonly kind: "locked"; readonly until: number };

/**
 * How often somebody may be wrong: five times, then not at all for a while. Who may guess how often is the application's to say: a session
 * layer does not see passwords. Counted in a file, so by all servers together, and by the name as it was typed, so that a name that
 * nobody has is locked like any other.
 *
 * Whoever knows a name can lock its owner out for that while. A real application counts addresses too, waits longer each time,
 * and lets a browser that is remembered try all the same.
 */
export class Attempts {
  readonly #database: DatabaseSync;
  readonly #lockMs: number;

  constructor(database: DatabaseSync, lockMs: number) {
    this.#database = database;
    this.#lockMs = lockMs;
  }

  /** Uses one up, before the password is looked at: a hundred guesses at once are five. */
  take(name: string, now = Date.now()): Attempt {
    // Names are typed by anybody: what is over goes.
    this.#database.prepare("DELETE FROM attempts WHERE until <= ?").run(now);
    const row = this.#database
      .prepare(
        `INSERT INTO attempts VALUES (:name, 1, :until) ON CONFLICT (name) DO UPDATE
         SET count = count + 1, until = iif(count < ${MOST_ATTEMPTS}, :until, until) RETURNING count, until`,
      )
      .get({ name, until: now + this.#lockMs }) as { count: number; until: number };
    return row.count > MOST_ATTEMPTS
      ? { kind: "locked", until: row.until }
      : { kind: "free", left: MOST_ATTEMPTS - row.count };
  }

  /** It was right: the next one begins anew. */
  forget(name: string): void {
    this.#database.prepare("DELETE FROM attempts WHERE name = ?").run(name);
  }
}

/** What to tell whoever was wrong, or has been too often. */
export function attemptWords(attempt: Attempt, wrong: string, now = Date.now()): string {
  if (attempt.kind === "free") {
    const { left } = attempt;
    return `${wrong} ${left === 0 ? "No more attempts" : left === 1 ? "One more attempt" : `${left} more attempts`}.`;
  }
  const seconds = Math.max(1, Math.ceil((attempt.until - now) / 1000));
  return `Too many attempts. Nothing is tried for another ${seconds} s, not even the right one.`;
}
