/**
 * The index for expiry is on the ten minutes in which a record expires, not on the millisecond: most writes then leave it as it
 * is, which makes them two to four times as fast. See docs/decisions/027-scale.md.
 */
export const SLOT_MS = 600_000;

export function slotOf(time: number): number {
  return Math.floor(time / SLOT_MS);
}
