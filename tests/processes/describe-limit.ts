import { setImmediate as turn } from "node:timers/promises";
import { createSessions } from "@coatcheck/core";
import { expect, onTestFinished, test } from "vitest";
import { type DriverName, drivers } from "../services/drivers.ts";
import type { Job, Report } from "./limit.worker.ts";
import { start, together } from "./spawn.ts";

const PER_USER = 5;
const PROCESSES = 4;
const LOGINS = 50;
const ALL = PROCESSES * LOGINS;

/** Where the sessions of one test are. */
export interface Place {
  readonly urls: readonly string[];
  readonly name: string;
  remove(): Promise<unknown>;
}

/** What holds for 200 logins of one user, all at once, from four processes. */
export function describeLimit(driver: DriverName, openPlace: () => Promise<Place>): void {
  const written = { "evict-oldest": ALL, reject: PER_USER };
  const titled = `G9 ${drivers[driver].name}, %s: ${ALL} logins from ${PROCESSES} processes`;
  test.each(["evict-oldest", "reject"] as const)(
    `${titled} never exceed perUser`,
    async (onLimit) => {
      const { urls, name, remove } = await openPlace();
      onTestFinished(() => remove().then(() => {}));
      const { store, close } = await drivers[driver].open(urls, name);
      onTestFinished(async () => {
        await close();
      });
      const sessions = createSessions({ storage: store, storeTimeout: "25s" });

      const job: Job = { driver, urls, place: name, perUser: PER_USER, onLimit, logins: LOGINS };
      const workers = Array.from({ length: PROCESSES }, () =>
        start("./limit.worker.ts", JSON.stringify(job)),
      );
      let isOver = false;
      let seen = 0;
      const watch = async (): Promise<void> => {
        while (!isOver) {
          seen = Math.max(seen, (await sessions.list("ann")).length);
          // A store that answers at once would never let the workers' messages in.
          await turn();
        }
      };
      const done = together<Report>(workers).finally(() => {
        isOver = true;
      });
      const [reports] = await Promise.all([done, watch(), watch()]);

      expect(Math.max(seen, ...reports.map(({ most }) => most))).toBe(PER_USER);
      expect(await sessions.list("ann")).toHaveLength(PER_USER);
      const total = (field: keyof Report) =>
        reports.reduce((sum, report) => sum + report[field], 0);
      expect(total("written") + total("refused") + total("failed")).toBe(ALL);
      // A login that the store failed may have taken place all the same.
      expect(Math.abs(total("written") - written[onLimit])).toBeLessThanOrEqual(total("failed"));
    },
    60_000,
  );
}
