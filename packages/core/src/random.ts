import { randomBytes } from "node:crypto";

/** `size` bytes from a cryptographically secure source. Injected, so that tests repeat. */
export type Random = (size: number) => Uint8Array;

const POOL = 4096;
let pool = Buffer.alloc(0);

/** Bytes from a pre-filled pool: one system call serves some 85 sessions. Each byte is handed out once. */
export const systemRandom: Random = (size) => {
  if (size > pool.length) pool = randomBytes(Math.max(POOL, size));
  const bytes = pool.subarray(0, size);
  pool = pool.subarray(size);
  return bytes;
};
