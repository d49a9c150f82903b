import { availableParallelism } from "node:os";

/** libuv's own default and limit for `UV_THREADPOOL_SIZE`. */
const POOL = 4;
const MOST = 1024;

/**
 * Hashes at once by default: one for each core, and one thread of libuv's pool stays free, since files and `dns.lookup` wait for the same
 * threads.
 */
export function defaultConcurrency(
  cores = availableParallelism(),
  poolSize = process.env.UV_THREADPOOL_SIZE,
): number {
  const given = Math.trunc(Number(poolSize));
  const pool = given >= 1 ? Math.min(given, MOST) : POOL;
  return Math.max(1, Math.min(cores, pool - 1));
}
