/**
 * The sessions of each user, and those of nobody: linked lists of slots that close to a ring.
 * Every slot is in exactly one ring, so that two numbers per session serve both purposes.
 */
export class UserRings {
  readonly #first = new Map<string | null, number>();
  readonly #next: number[] = [];
  readonly #previous: number[] = [];

  /** The slot that has been in its owner's ring the longest. */
  first(owner: string | null): number | undefined {
    return this.#first.get(owner);
  }

  /** The owner's slots, the longest there first. */
  slots(owner: string | null): number[] {
    const found: number[] = [];
    const first = this.#first.get(owner);
    if (first === undefined) return found;
    let slot = first;
    do {
      found.push(slot);
      slot = this.#next[slot] as number;
    } while (slot !== first);
    return found;
  }

  append(owner: string | null, slot: number): void {
    const first = this.#first.get(owner);
    if (first === undefined) {
      this.#first.set(owner, slot);
      this.#join(slot, slot);
      return;
    }
    this.#join(this.#previous[first] as number, slot);
    this.#join(slot, first);
  }

  remove(owner: string | null, slot: number): void {
    const next = this.#next[slot] as number;
    if (next === slot) {
      this.#first.delete(owner);
      return;
    }
    this.#join(this.#previous[slot] as number, next);
    if (this.#first.get(owner) === slot) this.#first.set(owner, next);
  }

  #join(slot: number, next: number): void {
    this.#next[slot] = next;
    this.#previous[next] = slot;
  }
}
