import { PasswordError } from "../errors.ts";

export interface GateLimits {
  /** Jobs at once. */
  readonly concurrency: number;
  /** KiB that the jobs may take together. No job asks for more. */
  readonly memoryKiB: number;
  /** Jobs that wait. */
  readonly maxQueue: number;
}

interface Waiting {
  readonly memoryKiB: number;
  readonly enter: () => void;
}

/**
 * Lets in what fits, in the order of arrival: a job that needs much memory is not overtaken by small ones for ever. What runs is bounded by the
 * limits, what waits by `maxQueue`.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #now: () => number;
  // In the order of insertion, and one that leaves costs nothing.
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  #memoryKiB = 0;
  /** Milliseconds that the latest job took. */
  #latest = 0;

  constructor(limits: GateLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs `job` when its turn comes. One that runs is not interrupted: the thread pool cannot. */
  async run<T>(
    memoryKiB: number,
    signal: AbortSignal | undefined,
    job: () => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw aborted(signal);
    if (this.#waiting.size === 0 && this.#fits(memoryKiB)) this.#enter(memoryKiB);
    else await this.#wait(memoryKiB, signal);
    const start = this.#now();
    try {
      return await job();
    } finally {
      this.#latest = this.#now() - start;
      this.#running--;
      this.#memoryKiB -= memoryKiB;
      this.#letIn();
    }
  }

  async #wait(memoryKiB: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#limits.maxQueue) throw this.#busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const place: Waiting = { memoryKiB, enter: resolve };
    const leave = () => {
      if (!this.#waiting.delete(place)) return;
      reject(aborted(signal as AbortSignal));
      // It may have been the one at the head that did not fit yet.
      this.#letIn();
    };
    this.#waiting.add(place);
    signal?.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  #letIn(): void {
    for (const place of this.#waiting) {
      if (!this.#fits(place.memoryKiB)) return;
      this.#waiting.delete(place);
      // Now, and not when the waiting call goes on: until then another one would find the room free.
      this.#enter(place.memoryKiB);
      place.enter();
    }
  }

  #fits(memoryKiB: number): boolean {
    return (
      this.#running < this.#limits.concurrency &&
      this.#memoryKiB + memoryKiB <= this.#limits.memoryKiB
    );
  }

  #enter(memoryKiB: number): void {
    this.#running++;
    this.#memoryKiB += memoryKiB;
  }

  #busy(): PasswordError {
    const queue = (this.#waiting.size * this.#latest) / this.#limits.concurrency / 1000;
    return new PasswordError(
      "busy",
      `${this.#waiting.size} passwords are waiting to be hashed already; try again later`,
      { retryAfter: Math.max(1, Math.ceil(queue)) },
    );
  }
}

function aborted(signal: AbortSignal): PasswordError {
  return new PasswordError("aborted", "the call was aborted before its turn came", {
    cause: signal.reason,
  });
}
