import type { MaybePromise } from "@coatcheck/core";
import { slotOf } from "./slot.ts";
import type { Statements } from "./statements.ts";
import type { Transaction } from "./transaction.ts";

/** Records of each transaction: half a millisecond, so that neither this process nor another one waits long. */
const BATCH = 50;

/**
 * Pages after which SQLite copies its log into the file, and waits for the disk. A sweep fills the log faster than anything else: with
 * SQLite's 1000, one step in 20 took more than 5 ms on a busy disk, with 250 one in 60.
 */
const LOG_PAGES = 250;
const USUAL_LOG_PAGES = 1000;

/**
 * Removes at most `most` of what has expired `now`, a batch in each turn of the event loop; how many went. Answers at once where one
 * batch was enough, and ends early when the store is closed.
 */
export function sweep(
  sql: Statements,
  { isOpen, transaction, limitLog }: SweepMeans,
  now: number,
  most: number,
): MaybePromise<number> {
  const slot = slotOf(now);
  let went = 0;
  let onlyThisSlot = false;
  let row = 0;

  /** Whether there may be more. */
  const step = (): boolean => {
    if (!isOpen()) return false;
    const batch = Math.min(BATCH, most - went);
    if (!onlyThisSlot) {
      const count = Number(sql.reap.run(slot, now, batch).changes);
      went += count;
      if (count === batch) return went < most;
      onlyThisSlot = true;
    }
    const rows = sql.slot.all(slot, row, BATCH) as unknown as SlotRow[];
    const expired = rows.filter(({ expiresAt }) => expiresAt <= now).slice(0, most - went);
    if (expired.length > 0) {
      transaction(() => {
        for (const { rowid } of expired) went += Number(sql.remove.run(rowid, now).changes);
      });
    }
    row = rows.at(-1)?.rowid ?? row;
    return rows.length === BATCH && went < most;
  };

  const goOn = (): MaybePromise<number> => {
    if (!step()) {
      if (isOpen()) limitLog(USUAL_LOG_PAGES);
      return went;
    }
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(goOn());
        } catch (error) {
          reject(error);
        }
      });
    });
  };
  limitLog(LOG_PAGES);
  return goOn();
}

export interface SweepMeans {
  readonly transaction: Transaction;
  isOpen(): boolean;
  limitLog(pages: number): void;
}

interface SlotRow {
  readonly rowid: number;
  readonly expiresAt: number;
}
