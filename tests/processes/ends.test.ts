import { afterAll } from "vitest";
import * as pg from "../services/postgres.ts";
import { ioredis, redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";
import { describeEnds } from "./describe-ends.ts";

describeWith(redis, "one Redis", () => {
  const admin = redis.missing === undefined ? ioredis() : undefined;
  afterAll(async () => (await admin)?.close());

  for (const driver of ["nodeRedis", "ioredis"] as const) {
    describeEnds(driver, async () => {
      const name = uniquePrefix();
      const ask = async (...[command = "", ...args]: string[]) =>
        (await admin)?.client.call(command, args);
      return {
        url: redis.url,
        name,
        async cut() {
          const clients = String(await ask("CLIENT", "LIST", "TYPE", "pubsub")).split("\n");
          const mine = clients.filter((line) => line.includes(` name=${name} `));
          for (const line of mine)
            await ask("CLIENT", "KILL", "ID", /^id=(\d+)/.exec(line)?.[1] ?? "");
          return mine.length;
        },
        async hearing() {
          const [, count] = (await ask("PUBSUB", "NUMSUB", `${name}ended`)) as [string, number];
          return count;
        },
        remove: () => removeKeys(name),
      };
    });
  }
});

const postgres = await pg.postgres();
describeWith(postgres.service, "one Postgres", () => {
  describeEnds("pg", async () => {
    const name = pg.uniqueName();
    const found = async (what: string): Promise<number> => {
      const listening = `FROM pg_stat_activity WHERE query = 'LISTEN ${name}_ended'`;
      const { rows } = await postgres.pool.query(`SELECT count(${what}) AS n ${listening}`);
      return Number(rows[0].n);
    };
    return {
      url: postgres.service.url,
      name,
      cut: () => found("CASE WHEN pg_terminate_backend(pid) THEN 1 END"),
      hearing: () => found("*"),
      remove: () => pg.dropTable(postgres.pool, name),
    };
  });
});
