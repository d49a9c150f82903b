import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import * as mariadb from "../services/mysql.ts";
import * as pg from "../services/postgres.ts";
import { redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";
import { describeAttacks, type Places } from "./describe-attacks.ts";

/** Two places in one database: of the sessions, and of the remember-me tokens. */
function placesOf(
  driver: Places["driver"],
  url: string,
  names: readonly [string, string],
  remove: (name: string) => Promise<unknown>,
): Places {
  const [sessions, tokens] = names.map((name) => ({ urls: [url], name }));
  if (!sessions || !tokens) throw new TypeError("two names");
  return { driver, sessions, tokens, remove: () => Promise.all(names.map(remove)) };
}

describe("memory, one process", () => {
  describeAttacks(async () => placesOf("memory", "", ["", ""], async () => {}));
});

describe("two processes on one SQLite file", () => {
  describeAttacks(async () => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const at = (file: string) => ({ urls: [join(directory, file)], name: "" });
    const remove = async () => rmSync(directory, { recursive: true, maxRetries: 5 });
    return { driver: "sqlite", sessions: at("sessions.db"), tokens: at("tokens.db"), remove };
  });
});

describeWith(redis, "two processes on one Redis", () => {
  describeAttacks(async () =>
    placesOf("nodeRedis", redis.url, [uniquePrefix(), uniquePrefix()], removeKeys),
  );
});

const postgres = await pg.postgres();
describeWith(postgres.service, "two processes on one Postgres", () => {
  describeAttacks(async () =>
    placesOf("pg", postgres.service.url, [pg.uniqueName(), pg.uniqueName()], (name) =>
      pg.dropTable(postgres.pool, name),
    ),
  );
});

const mysql = await mariadb.mysql();
describeWith(mysql.service, "two processes on one MariaDB", () => {
  describeAttacks(async () =>
    placesOf("mysql2", mysql.service.url, [mariadb.uniqueName(), mariadb.uniqueName()], (name) =>
      mariadb.dropTable(mysql.pool, name),
    ),
  );
});
