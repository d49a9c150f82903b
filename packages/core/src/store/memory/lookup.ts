import { systemRandom } from "../../random.ts";
import { NONE, type Row } from "./pages.ts";
import type { Key, Rows } from "./rows.ts";

const BITS = 10;
const MASK = (1 << BITS) - 1;

/**
 * Rows by their id or user: chains of about one row each. Linear hashing: with each row that is added one chain is split in two, so
 * that no call ever waits for all to be moved, as those do that make a `Map` grow or shrink.
 */
export class Lookup {
  readonly #rows: Rows;
  readonly #key: Key;
  /** Drawn, so that nobody can choose keys that end up in one chain. */
  readonly #seed = systemRandom(4).reduce((sum, byte) => (sum << 8) | byte, 0);
  /** The first row of each chain. */
  readonly #heads: Uint32Array[] = [new Uint32Array(MASK + 1)];
  #chains = 1;
  /** The smallest power of 2 that is not below the number of chains, less 1. */
  #mask = 0;
  #size = 0;

  constructor(rows: Rows, key: Key) {
    this.#rows = rows;
    this.#key = key;
  }

  find(value: string): Row {
    let row = this.#head(this.#chainOf(this.#hash(value, 0, value.length)));
    while (row !== NONE && !this.#rows.is(row, this.#key, value)) row = this.#next(row);
    return row;
  }

  /** One that is not in yet. */
  add(row: Row): void {
    if (++this.#size > this.#chains) this.#split();
    this.#prepend(row);
  }

  /** Takes it out, if it is in; then `heir`, if any, stands in its place. */
  remove(row: Row, heir: Row): void {
    const chain = this.#chainOfRow(row);
    let before = NONE;
    let it = this.#head(chain);
    while (it !== NONE && it !== row) {
      before = it;
      it = this.#next(it);
    }
    if (it === NONE) return;
    if (heir === NONE) this.#size--;
    else this.#rows.setNumber(heir, this.#key, this.#next(row));
    const after = heir === NONE ? this.#next(row) : heir;
    if (before === NONE) this.#setHead(chain, after);
    else this.#rows.setNumber(before, this.#key, after);
  }

  /** Half of one chain's rows go to a new one. */
  #split(): void {
    const fresh = this.#chains++;
    if (fresh > this.#mask) this.#mask = this.#mask * 2 + 1;
    if (fresh >>> BITS === this.#heads.length) this.#heads.push(new Uint32Array(MASK + 1));
    const old = fresh & (this.#mask >>> 1);
    let row = this.#head(old);
    this.#setHead(old, NONE);
    while (row !== NONE) {
      const next = this.#next(row);
      this.#prepend(row);
      row = next;
    }
  }

  #prepend(row: Row): void {
    const chain = this.#chainOfRow(row);
    this.#rows.setNumber(row, this.#key, this.#head(chain));
    this.#setHead(chain, row);
  }

  #next(row: Row): Row {
    return this.#rows.number(row, this.#key);
  }

  #head(chain: number): Row {
    return this.#heads[chain >>> BITS]?.[chain & MASK] as Row;
  }

  #setHead(chain: number, row: Row): void {
    (this.#heads[chain >>> BITS] as Uint32Array)[chain & MASK] = row;
  }

  #chainOfRow(row: Row): number {
    const key = this.#key;
    const rows = this.#rows;
    return this.#chainOf(this.#hash(rows.text(row), rows.start(row, key), rows.end(row, key)));
  }

  #chainOf(hash: number): number {
    const chain = hash & this.#mask;
    return chain < this.#chains ? chain : chain & (this.#mask >>> 1);
  }

  #hash(text: string, start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
