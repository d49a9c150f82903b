import { createSessions } from "@coatcheck/core";
import { expect, onTestFinished, test } from "vitest";
import { type DriverName, drivers } from "../services/drivers.ts";
import * as mariadb from "../services/mysql.ts";
import * as pg from "../services/postgres.ts";
import { redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";
import type { Job, Report } from "./crowd.worker.ts";
import type { Place } from "./describe-limit.ts";
import { start, together } from "./spawn.ts";

const REQUESTS = 200;

/** What holds for 200 requests that write to one session at the same moment. */
function describeCrowd(driver: DriverName, openPlace: () => Promise<Place>): void {
  const titled = `G7 ${drivers[driver].name}: ${REQUESTS} updates of one session at once, from %i process(es)`;
  test.each([1, 2])(
    `${titled}, all count`,
    async (processes) => {
      const { urls, name, remove } = await openPlace();
      onTestFinished(() => remove().then(() => {}));
      const { store, close } = await drivers[driver].open(urls, name);
      onTestFinished(async () => {
        await close();
      });
      const sessions = createSessions<{ count: number }>({ storage: store });
      const token = await sessions.issue("ann");

      const requests = REQUESTS / processes;
      const job: Job = { driver, urls, place: name, token, requests };
      const workers = Array.from({ length: processes }, () =>
        start("./crowd.worker.ts", JSON.stringify(job)),
      );
      const reports = await together<Report>(workers);

      expect(reports.map(({ saved }) => saved)).toEqual(Array(processes).fill(requests));
      const after = await sessions.open({ headers: { cookie: `__Host-id=${token}` } });
      expect(after.get("count")).toBe(REQUESTS);
      const sum = (of: keyof Report) => reports.reduce((all, report) => all + report[of], 0);
      const [reads, updates] = [sum("reads"), sum("updates")];
      console.log(`${drivers[driver].name}, ${processes}: ${reads} reads, ${updates} updates`);
      if (processes > 1) return;
      // Each finds out once that it has been overtaken, looks whether its update was made, and has its turn.
      expect(updates).toBeLessThanOrEqual(2 * REQUESTS);
      expect(reads).toBeLessThanOrEqual(1.2 * REQUESTS);
    },
    60_000,
  );
}

describeWith(redis, "one Redis", () => {
  describeCrowd("nodeRedis", async () => {
    const name = uniquePrefix();
    return { urls: [redis.url], name, remove: () => removeKeys(name) };
  });
});

const postgres = await pg.postgres();
describeWith(postgres.service, "one Postgres", () => {
  describeCrowd("pg", async () => {
    const name = pg.uniqueName();
    const remove = () => pg.dropTable(postgres.pool, name);
    return { urls: [postgres.service.url], name, remove };
  });
});

const mysql = await mariadb.mysql();
describeWith(mysql.service, "one MariaDB", () => {
  describeCrowd("mysql2", async () => {
    const name = mariadb.uniqueName();
    const remove = () => mariadb.dropTable(mysql.pool, name);
    return { urls: [mysql.service.url], name, remove };
  });
});
