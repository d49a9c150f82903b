/** Sweeps again and again until it is stopped. It keeps no process alive. */
export class SweepTimer {
  readonly #every: number;
  readonly #sweep: () => Promise<unknown>;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** `every` in milliseconds; `undefined` never sweeps. */
  constructor(
    every: number | undefined,
    sweep: () => Promise<unknown>,
    random: () => number = Math.random,
  ) {
    this.#every = every ?? 0;
    this.#sweep = sweep;
    this.#random = random;
    this.#stopped = every === undefined;
    this.#wait();
  }

  /** No further sweep begins; settles when the one under way has ended, so that the caller may end the pool. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wait(): void {
    if (this.#stopped) return;
    // Half to one and a half: processes that started together drift apart.
    const delay = this.#every * (0.5 + this.#random());
    this.#timer = setTimeout(() => {
      this.#running = this.#once();
    }, delay).unref();
  }

  /** A sweep that fails is tried again in due time: what it left behind is expired, and found by nobody. */
  async #once(): Promise<void> {
    try {
      await this.#sweep();
    } catch {
      // As said above. A server that is down makes itself known by every other call.
    }
    this.#wait();
  }
}
