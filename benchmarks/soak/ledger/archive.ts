import type { Account } from "./account.ts";

const KEPT = 20_000;
/** A request that was on its way when the session ended has come back by then. */
const YOUNG_MS = 30_000;

/** All sessions of a run. Of those that ended a sample is kept: a run of hours has millions, and each would cost memory. */
export class Archive {
  readonly accounts = new Map<string, Account>();
  readonly #ended: { readonly id: string; readonly time: number }[] = [];
  forgotten = 0;

  /** A cookie that is worthless, of one of the sessions that ended lately; `share` from 0 to 1 says which. */
  stale(share: number): string | undefined {
    const recent = this.#ended.slice(-200);
    const ended = this.accounts.get(recent[Math.floor(share * recent.length)]?.id ?? "");
    return ended && [...ended.tokens.keys()].at(-1);
  }

  /** It has ended for sure. */
  retire({ id }: Account, now: number): void {
    this.#ended.push({ id, time: now });
    if (this.#ended.length <= KEPT) return;
    const at = Math.floor(Math.random() * (this.#ended.length / 2));
    const drawn = this.#ended[at];
    if (drawn === undefined || now - drawn.time < YOUNG_MS) return;
    this.accounts.delete(drawn.id);
    this.#ended.splice(at, 1);
    this.forgotten += 1;
  }
}
