import type { KeyObject } from "node:crypto";
import { deriveKey } from "./derive.ts";

const WEEK = 7 * 24 * 60 * 60 * 1000;
/** Seals live 400 days at most (rfc6265bis caps a cookie there): 58 weeks. */
const KEPT = 64;

/**
 * What one key of the ring turns into for one purpose and cookie name: a key for each week in which seals expire.
 *
 * AES-GCM with random 96-bit nonces is safe for 2^32 seals a key (NIST SP 800-38D section 8.3), then the chance that two share a nonce
 * passes 2^-33, and one repetition gives away both texts and the means to forge. Keys are often never changed, so the
 * limit must not depend on it: by the week it is 7,000 seals a second, day and night. It is nearly free, as a week's key is derived
 * once; one for each seal, from a longer nonce (as XAES-256-GCM), more than doubles the cipher's cost (`benchmarks/seal`).
 */
export class WeekKeys {
  readonly #key: KeyObject;
  readonly #info: string;
  readonly #weeks = new Map<number, KeyObject>();

  constructor(key: KeyObject, info: string) {
    this.#key = key;
    this.#info = info;
  }

  /** The key for seals that expire at `expiresAt`, in ms. */
  at(expiresAt: number): KeyObject {
    const week = Math.floor(expiresAt / WEEK);
    return this.#weeks.get(week) ?? deriveKey(this.#key, `${this.#info} ${week}`);
  }

  /** Remembers the key. Not before something was opened with it: anyone can name a week, and make a cache of it grow or forget. */
  keep(expiresAt: number, key: KeyObject): void {
    const week = Math.floor(expiresAt / WEEK);
    if (this.#weeks.has(week)) return;
    if (this.#weeks.size >= KEPT) this.#weeks.delete(Math.min(...this.#weeks.keys()));
    this.#weeks.set(week, key);
  }
}
