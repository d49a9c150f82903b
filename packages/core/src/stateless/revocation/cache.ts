import type { SessionRecord } from "../../store/contract.ts";
import type { SessionId } from "../../token/token.ts";

/** So many answers are kept: the oldest goes. */
const KEPT = 10_000;

/** Answers of the revocation store, for as long as they may be out of date. */
export class EntryCache {
  readonly #stalenessMs: number;
  readonly #answers = new Map<
    SessionId,
    { readonly record: SessionRecord | undefined; readonly until: number }
  >();

  /** Counts what this process wrote, of any session: seldom enough to forget a few answers for it. */
  #writes = 0;

  /** 0 keeps nothing. */
  constructor(stalenessMs: number) {
    this.#stalenessMs = stalenessMs;
  }

  /** The store's last answer, if it is young enough; it may be that there is nothing. */
  get(id: SessionId, now: number): { readonly record: SessionRecord | undefined } | undefined {
    const known = this.#answers.get(id);
    // An entry that has expired meanwhile is none.
    return known && now < known.until && now < (known.record?.expiresAt ?? now + 1)
      ? known
      : undefined;
  }

  has(id: SessionId): boolean {
    return this.#answers.has(id);
  }

  /** Right before the store is asked: what takes its answer when it comes. */
  asking(id: SessionId, now: number): ((record: SessionRecord | undefined) => void) | undefined {
    if (this.#stalenessMs === 0) return undefined;
    const writes = this.#writes;
    return (record) => {
      // An own write that has ended meanwhile may not be in it, and own writes are seen at once.
      if (writes === this.#writes) this.#keep(id, record, now);
    };
  }

  /** After each write: whatever was asked before its end may be answered without it. */
  delete(id: SessionId): void {
    this.#writes += 1;
    this.#answers.delete(id);
  }

  #keep(id: SessionId, record: SessionRecord | undefined, now: number): void {
    // Moved to the end, so that the first is the oldest.
    this.#answers.delete(id);
    this.#answers.set(id, { record, until: now + this.#stalenessMs });
    if (this.#answers.size > KEPT) {
      this.#answers.delete(this.#answers.keys().next().value as SessionId);
    }
  }
}
