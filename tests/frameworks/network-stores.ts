import { mysql } from "../services/mysql.ts";
import { postgres } from "../services/postgres.ts";
import { nodeRedis, openRedis, redis } from "../services/redis.ts";
import type { FrameworkStore } from "./describe-framework.ts";

/** Stores whose answers really come from another process, connected until the test file ends. */
export async function networkStores(): Promise<readonly FrameworkStore[]> {
  const clients = redis.missing ? [] : [(await nodeRedis()).client];
  const pg = await postgres();
  const maria = await mysql();
  return [
    { name: "Redis", missing: redis.missing, open: (clock) => openRedis(clock, clients) },
    { name: "Postgres", missing: pg.service.missing, open: (clock) => pg.open(clock) },
    { name: "MariaDB", missing: maria.service.missing, open: (clock) => maria.open(clock) },
  ];
}
