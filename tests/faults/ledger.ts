import type { Seen } from "./application.ts";

export const FRUIT = ["apples", "pears"] as const;
export type Fruit = (typeof FRUIT)[number];

/**
 * What a session shows that it must not.
 * - `lost`: less than was acknowledged, or than was seen before.
 * - `wrong`: what nobody has written.
 */
export interface Problem {
  readonly kind: "lost" | "wrong";
  readonly what: "login" | "count" | Fruit;
  /** How many acknowledged writes are missing. */
  readonly writes: number;
  readonly text: string;
}

/** What a client knows of its session: what it was told is done, and what may be done. */
export class Ledger {
  readonly user: string;
  #acknowledged = 0;
  #unknown = 0;
  #leastCount = 0;
  readonly #fruit: Record<Fruit, { acknowledged: number; later: Set<number> }> = {
    apples: { acknowledged: 0, later: new Set() },
    pears: { acknowledged: 0, later: new Set() },
  };

  constructor(user: string) {
    this.user = user;
  }

  counted(isAcknowledged: boolean): void {
    if (isAcknowledged) this.#acknowledged += 1;
    else this.#unknown += 1;
  }

  /** Values of a key only grow, and one is written after the other. */
  set(key: Fruit, value: number, isAcknowledged: boolean): void {
    const entry = this.#fruit[key];
    if (!isAcknowledged) entry.later.add(value);
    else Object.assign(entry, { acknowledged: value, later: new Set() });
  }

  /** What is wrong with `seen`. It is believed from then on, so that one loss is told once. */
  check(seen: Seen): Problem[] {
    if (seen.user !== this.user) {
      const kind = seen.user === null ? "lost" : "wrong";
      const text = `${this.user} is ${seen.user ?? "logged out"}`;
      return [{ kind, what: "login", writes: 1, text }];
    }
    return [...this.#checkCount(seen.count), ...FRUIT.flatMap((key) => this.#check(key, seen))];
  }

  #checkCount(count: number): Problem[] {
    const least = Math.max(this.#acknowledged, this.#leastCount);
    const most = this.#acknowledged + this.#unknown;
    this.#leastCount = count;
    if (count >= least && count <= most) return [];
    const kind = count < least ? "lost" : "wrong";
    const writes = Math.max(0, this.#acknowledged - count);
    this.#acknowledged = Math.min(this.#acknowledged, count);
    this.#unknown = Math.max(this.#unknown, count - this.#acknowledged);
    const text = `${this.user} has counted ${count}, not ${least} to ${most}`;
    return [{ kind, what: "count", writes, text }];
  }

  #check(key: Fruit, { [key]: value }: Seen): Problem[] {
    const { acknowledged, later } = this.#fruit[key];
    if (value === acknowledged) return [];
    const isLost = value < acknowledged;
    const isKnown = later.has(value);
    // What was seen is there to stay.
    for (const one of later) if (one <= value) later.delete(one);
    this.#fruit[key].acknowledged = value;
    if (isKnown) return [];
    const text = `${this.user} has ${value} ${key}, not ${acknowledged}`;
    return [{ kind: isLost ? "lost" : "wrong", what: key, writes: isLost ? 1 : 0, text }];
  }
}
