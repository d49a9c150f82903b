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

  set(id: SessionId, record: SessionRecord | undefined, now: number): void {
    if (this.#stalenessMs === 0) return;
    // Moved to the end, so that the first is the oldest.
    this.#answers.delete(id);
    this.#answers.set(id, { record, until: now + this.#stalenessMs });
    if (this.#answers.size > KEPT)
      this.#answers.delete(this.#answers.keys().next().value as SessionId);
  }

  delete(id: SessionId): void {
    this.#answers.delete(id);
  }
}
