import { once } from "node:events";
import { createSessions, SessionLimitError, SessionStoreError } from "@coatcheck/core";
import { type DriverName, drivers } from "../services/drivers.ts";

/** What one process is to do: as many logins of ann, all at once. */
export interface Job {
  readonly driver: DriverName;
  readonly urls: readonly string[];
  readonly place: string;
  readonly perUser: number;
  readonly onLimit: "evict-oldest" | "reject";
  readonly logins: number;
}

/** How the logins went. */
export interface Report {
  readonly written: number;
  /** By the limit. */
  readonly refused: number;
  /** By the store: only on a machine that is much too busy. */
  readonly failed: number;
  /** Most sessions that the user's list ever had, looked at after each login. */
  readonly most: number;
}

const job = JSON.parse(process.argv[2] ?? "") as Job;
const { store, close } = await drivers[job.driver].open(job.urls, job.place);
const sessions = createSessions({
  storage: store,
  limits: { perUser: job.perUser, onLimit: job.onLimit },
  // Two hundred at once wait for each other, on a machine that may be busy.
  storeTimeout: "25s",
});

process.send?.("ready");
await once(process, "message");
let [written, refused, failed, most] = [0, 0, 0, 0];
await Promise.all(Array.from({ length: job.logins }, login));
await close();
process.send?.({ written, refused, failed, most } satisfies Report);
process.disconnect?.();

async function login(): Promise<void> {
  const session = await sessions.open({ headers: {} });
  session.login("ann");
  try {
    await sessions.commit(session);
    written += 1;
  } catch (error) {
    if (error instanceof SessionLimitError) refused += 1;
    else if (error instanceof SessionStoreError) failed += 1;
    else throw error;
  }
  most = Math.max(most, (await sessions.list("ann")).length);
}
