import { once } from "node:events";
import { createSessions } from "@coatcheck/core";
import { countingStore } from "@coatcheck/testkit";
import { type DriverName, drivers } from "../services/drivers.ts";

/** What one process is to do: as many requests to one session, all at once, that each count one up. */
export interface Job {
  readonly driver: DriverName;
  readonly urls: readonly string[];
  readonly place: string;
  readonly token: string;
  readonly requests: number;
}

/** How they went. */
export interface Report {
  readonly saved: number;
  /** What the commits asked the store. */
  readonly reads: number;
  readonly updates: number;
}

const job = JSON.parse(process.argv[2] ?? "") as Job;
const driven = await drivers[job.driver].open(job.urls, job.place);
const store = countingStore(driven.store);
// They all wait for each other, on a machine that may be busy.
const sessions = createSessions<{ count: number }>({ storage: store, storeTimeout: "25s" });
const open = () => sessions.open({ headers: { cookie: `__Host-id=${job.token}` } });
const all = await Promise.all(Array.from({ length: job.requests }, open));
store.reset();

process.send?.("ready");
await once(process, "message");
const commits = all.map(async (session) => {
  session.update("count", (count = 0) => count + 1);
  await sessions.commit(session);
});
const outcomes = await Promise.allSettled(commits);
const saved = outcomes.filter(({ status }) => status === "fulfilled").length;
const { read: reads, update: updates } = store.calls;
await driven.close();
process.send?.({ saved, reads, updates } satisfies Report);
process.disconnect?.();
