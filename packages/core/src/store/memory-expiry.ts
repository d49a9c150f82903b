/**
 * Which slot expires first: a binary heap that knows where each slot stands.
 * A new session usually expires last and stays where it was put, so adding one costs a single comparison.
 */
export class ExpiryQueue {
  readonly #heap: number[] = [];
  readonly #place: number[] = [];
  readonly #expiresAt: number[] = [];

  expiresAt(slot: number): number {
    return this.#expiresAt[slot] as number;
  }

  add(slot: number, expiresAt: number): void {
    this.#expiresAt[slot] = expiresAt;
    this.#heap.push(slot);
    this.#rise(slot, this.#heap.length - 1);
  }

  move(slot: number, expiresAt: number): void {
    this.#expiresAt[slot] = expiresAt;
    this.#settle(slot, this.#place[slot] as number);
  }

  remove(slot: number): void {
    const place = this.#place[slot] as number;
    const last = this.#heap.pop() as number;
    if (last !== slot) this.#settle(last, place);
  }

  /** A slot that has expired by `now`, the earliest first. */
  due(now: number): number | undefined {
    const first = this.#heap[0];
    return first !== undefined && this.expiresAt(first) <= now ? first : undefined;
  }

  #settle(slot: number, place: number): void {
    this.#sink(slot, this.#rise(slot, place));
  }

  #rise(slot: number, from: number): number {
    const expiresAt = this.expiresAt(slot);
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (this.expiresAt(above) <= expiresAt) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(slot, place);
    return place;
  }

  #sink(slot: number, from: number): void {
    const expiresAt = this.expiresAt(slot);
    let place = from;
    for (;;) {
      const child = this.#earlierChild(place);
      if (child === undefined) break;
      const below = this.#heap[child] as number;
      if (this.expiresAt(below) >= expiresAt) break;
      this.#put(below, place);
      place = child;
    }
    this.#put(slot, place);
  }

  #earlierChild(place: number): number | undefined {
    const left = 2 * place + 1;
    const right = left + 1;
    if (left >= this.#heap.length) return undefined;
    if (right >= this.#heap.length) return left;
    const [a, b] = [this.#heap[left] as number, this.#heap[right] as number];
    return this.expiresAt(b) < this.expiresAt(a) ? right : left;
  }

  #put(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#place[slot] = place;
  }
}
