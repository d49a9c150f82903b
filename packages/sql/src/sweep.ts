/** Rows per statement, so that nobody waits long for one of them. */
const BATCH = 500;

/**
 * The index for sweeping is on the ten minutes in which a record expires, not on the millisecond. A touch then moves the
 * record within the index only once in ten minutes, and costs no index write the rest of the time.
 */
export const SLOT_MS = 600_000;

/** Calls `reap` until it finds less than it may take, or `most` have gone. How many went. */
export async function sweepInBatches(
  most: number,
  reap: (count: number) => Promise<number>,
): Promise<number> {
  let total = 0;
  while (total < most) {
    const batch = Math.min(BATCH, most - total);
    const count = await reap(batch);
    total += count;
    if (count < batch) break;
  }
  return total;
}
