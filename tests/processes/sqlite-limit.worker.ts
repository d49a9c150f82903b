import type { SessionLimit } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { testLogin, testRecord } from "@coatcheck/testkit";

/** What one process is to do. */
export interface Job {
  readonly path: string;
  /** Distinguishes the sessions of this process from those of the others. */
  readonly name: string;
  readonly logins: number;
  readonly limit: SessionLimit;
}

/** What it saw. */
export interface Report {
  /** Logins that took place, by `create` and by `update` in turn. */
  readonly written: number;
  readonly refused: number;
  readonly evicted: number;
  /** Most sessions of the user that it found at any one time. */
  readonly most: number;
}

// Waits for its job, so that all processes begin at the same moment.
process.once("message", (job: Job) => {
  process.send?.(work(job));
  process.disconnect?.();
});
process.send?.("ready");

function work({ path, name, logins, limit }: Job): Report {
  const store = sqliteStore({ path });
  let [written, refused, evicted, most] = [0, 0, 0, 0];
  for (let i = 0; i < logins; i += 1) {
    const now = Date.now();
    const login = testLogin(now, `${name} ${i}`, "ann");
    if (i % 2 === 1) store.create(testRecord(now, `${name} ${i}`));
    const outcome =
      i % 2 === 0 ? store.create(login, limit) : store.update({ ...login, version: 2 }, 1, limit);
    if (outcome === "full") refused += 1;
    else written += 1;
    if (typeof outcome === "object" && "evicted" in outcome) evicted += outcome.evicted.length;
    most = Math.max(most, (store.listByUser("ann") as unknown[]).length);
  }
  store.close();
  return { written, refused, evicted, most };
}
