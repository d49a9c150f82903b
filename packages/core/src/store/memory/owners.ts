import type { SessionRecord } from "../contract.ts";
import { Lookup } from "./lookup.ts";
import { AUTHENTICATED, NEXT, NONE, PREVIOUS, type Row, USER } from "./pages.ts";
import type { Rows } from "./rows.ts";

/**
 * Whose a session is: a user's; nobody's, and the first to go where there is no room; or neither, as it was authenticated. The rows
 * of each owner make a ring.
 */
export class Owners {
  readonly #rows: Rows;
  /** One row of each user's ring. */
  readonly #users: Lookup;
  #oldest = NONE;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#users = new Lookup(rows, USER);
  }

  /** Nobody's, the one that was added least recently. */
  get oldest(): Row {
    return this.#oldest;
  }

  add(row: Row, { userId, authenticatedAt }: SessionRecord): void {
    if (userId) {
      const first = this.#users.find(userId);
      this.#enter(row, first);
      if (first === NONE) this.#users.add(row);
    } else if (authenticatedAt === null) this.#addNobodys(row);
  }

  remove(row: Row): void {
    if (this.#isNobodys(row)) this.#removeNobodys(row);
    else if (this.#hasUser(row)) this.#users.remove(row, this.#leave(row));
  }

  /** What is nobody's counts as added last. */
  seen(row: Row): void {
    if (!this.#isNobodys(row)) return;
    this.#removeNobodys(row);
    this.#addNobodys(row);
  }

  #isNobodys(row: Row): boolean {
    return !this.#hasUser(row) && Number.isNaN(this.#rows.time(row, AUTHENTICATED));
  }

  ofUser(userId: string): Row[] {
    const found: Row[] = [];
    const first = this.#users.find(userId);
    for (let row = first; row !== NONE; ) {
      found.push(row);
      row = this.#rows.number(row, NEXT);
      if (row === first) break;
    }
    return found;
  }

  #addNobodys(row: Row): void {
    this.#enter(row, this.#oldest);
    if (this.#oldest === NONE) this.#oldest = row;
  }

  #removeNobodys(row: Row): void {
    const next = this.#leave(row);
    if (this.#oldest === row) this.#oldest = next;
  }

  #hasUser(row: Row): boolean {
    return this.#rows.end(row, USER) > this.#rows.start(row, USER);
  }

  /** Makes it the last of the ring that begins with `first`. */
  #enter(row: Row, first: Row): void {
    const next = first || row;
    const last = first && this.#rows.number(first, PREVIOUS);
    this.#tie(row, next);
    this.#tie(last || row, row);
  }

  /** The next one, unless it was alone. */
  #leave(row: Row): Row {
    const next = this.#rows.number(row, NEXT);
    this.#tie(this.#rows.number(row, PREVIOUS), next);
    return next === row ? NONE : next;
  }

  #tie(before: Row, after: Row): void {
    this.#rows.setNumber(before, NEXT, after);
    this.#rows.setNumber(after, PREVIOUS, before);
  }
}
