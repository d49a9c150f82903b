/** Somebody who waits. */
export interface Wait {
  readonly until: number;
  readonly onLate: () => void;
  /** Its neighbours; `undefined` for both once it is over. */
  before: Wait | undefined;
  after: Wait | undefined;
}

/**
 * Who waits for an answer, and no longer than the same time for all: so they are late in the order in which they began, and one timer is enough for the first of them. A timer
 * for each would cost five times as much (300 ns), for every call of a store.
 */
export class Deadlines {
  readonly #limit: number;
  /** Of a ring: after it comes who has waited longest. */
  readonly #ring: Wait;
  /** A number where it is not Node's own. */
  #timer: Partial<NodeJS.Timeout> | undefined;

  constructor(limitMs: number) {
    this.#limit = limitMs;
    this.#ring = { until: Infinity, onLate: () => {}, before: undefined, after: undefined };
    this.#ring.before = this.#ring;
    this.#ring.after = this.#ring;
  }

  begin(onLate: () => void): Wait {
    const last = this.#ring.before as Wait;
    const until = performance.now() + this.#limit;
    const wait: Wait = { until, onLate, before: last, after: this.#ring };
    last.after = wait;
    this.#ring.before = wait;
    if (!this.#timer) this.#arm(this.#limit);
    else if (last === this.#ring) this.#timer.ref?.();
    return wait;
  }

  /** `false` if it was too late. */
  end(wait: Wait): boolean {
    const { before, after } = wait;
    if (!before || !after) return false;
    before.after = after;
    after.before = before;
    wait.before = undefined;
    wait.after = undefined;
    // It goes on, for the next one, but keeps no process alive.
    if (before === after) this.#timer?.unref?.();
    return true;
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    // A timer may fire a fraction of a millisecond early.
    const now = performance.now() + 1;
    let first = this.#ring.after as Wait;
    while (first.until <= now) {
      this.end(first);
      first.onLate();
      first = this.#ring.after as Wait;
    }
    if (first === this.#ring) this.#timer = undefined;
    else this.#arm(first.until - now + 1);
  }
}
