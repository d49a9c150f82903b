import { createHash } from "node:crypto";
import type { Random } from "@coatcheck/core";

/**
 * Bytes that look random and repeat for the same `seed`: pass it wherever a `random` option is. For tests only.
 * SHA-256 of the seed and a counter, so that two seeds have nothing in common.
 */
export function seededRandom(seed: number | string): Random {
  let counter = 0;
  let pool = new Uint8Array();
  const refill = (size: number): void => {
    const blocks = [pool];
    for (let length = pool.length; length < size; length += 32) {
      blocks.push(createHash("sha256").update(`${seed} ${counter}`).digest());
      counter += 1;
    }
    pool = new Uint8Array(Buffer.concat(blocks));
  };
  return (size) => {
    if (pool.length < size) refill(size);
    const bytes = pool.slice(0, size);
    pool = pool.slice(size);
    return bytes;
  };
}
