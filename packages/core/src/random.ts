import { randomFillSync } from "node:crypto";

/** `size` bytes from a cryptographically secure source. Injected, so that tests repeat. */
export type Random = (size: number) => Uint8Array;

const POOL = 4096;
let pool = Buffer.alloc(0);
let used = 0;

/** Bytes from a pre-filled pool: one system call serves some 85 sessions. Each byte is handed out once. */
export const systemRandom: Random = (size) => {
  if (used + size > pool.length) {
    pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(POOL, size)));
    used = 0;
  }
  const bytes = pool.subarray(used, used + size);
  used += size;
  return bytes;
};
