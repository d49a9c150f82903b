import { type Driver, drivers } from "../services/drivers.ts";
import * as mariadb from "../services/mysql.ts";
import * as pg from "../services/postgres.ts";
import { redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import type { Service } from "../services/services.ts";
import type { Place } from "./set-up.ts";

/** A driver, and the machine's server for it. */
export interface Reach {
  readonly driver: Driver;
  readonly service: Service;
  readonly place: Place;
}

export function redisReaches(): Reach[] {
  const place = { url: redis.url, uniqueName: uniquePrefix, remove: removeKeys };
  return [drivers.nodeRedis, drivers.ioredis].map((driver) => ({ driver, service: redis, place }));
}

export async function sqlReaches(): Promise<Reach[]> {
  const [postgres, mysql] = await Promise.all([pg.postgres(), mariadb.mysql()]);
  return [
    {
      driver: drivers.pg,
      service: postgres.service,
      place: {
        url: postgres.service.url,
        uniqueName: pg.uniqueName,
        remove: (table) => pg.dropTable(postgres.pool, table),
      },
    },
    {
      driver: drivers.mysql2,
      service: mysql.service,
      place: {
        url: mysql.service.url,
        uniqueName: mariadb.uniqueName,
        remove: (table) => mariadb.dropTable(mysql.pool, table),
      },
    },
  ];
}
