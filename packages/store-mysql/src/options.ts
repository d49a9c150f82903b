import {
  type CommonSettings,
  commonSettingsOf,
  fail,
  identifier,
  knowOnly,
  type SqlStoreOptions,
} from "@coatcheck/sql";
import type { MysqlPool } from "./client.ts";

/** The options of `mysqlSchema`. */
export interface MysqlSchemaOptions {
  /** Name of the table, in lower case. Default `"coatcheck_session"`. */
  readonly table?: string;
}

/** The options of `mysqlStore`. */
export interface MysqlStoreOptions extends SqlStoreOptions {
  /** A pool of `mysql2/promise`, with the database chosen. The caller opens it and ends it. */
  readonly pool: MysqlPool;
}

export interface Settings extends CommonSettings {
  readonly pool: MysqlPool;
}

/**
 * 64 characters is the longest name, and what goes with the table has up to 11 more than it. In lower case, since two tables
 * whose names differ only in case would share their procedures.
 */
const TABLE = /^[a-z_][a-z0-9_]{0,52}$/;

const KNOWN = ["pool", "table", "clock", "maxSwept", "sweepEvery"];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(options: MysqlStoreOptions): Settings {
  knowOnly(options, KNOWN);
  return { ...commonSettingsOf(options, TABLE), pool: promised(options.pool) };
}

/** As `settingsOf`, for `mysqlSchema`. */
export function tableOf(options: MysqlSchemaOptions): string {
  knowOnly(options, ["table"]);
  return identifier("table", options.table ?? "coatcheck_session", TABLE);
}

function promised(pool: unknown): MysqlPool {
  const found = (pool ?? {}) as Partial<Record<keyof MysqlPool | "promise", unknown>>;
  if (typeof found.promise === "function") {
    fail(
      "pool",
      'must be a pool of "mysql2/promise": import createPool from there, or pass pool.promise()',
    );
  }
  for (const method of ["execute", "query", "getConnection"] as const) {
    if (typeof found[method] !== "function") {
      fail("pool", `must be a pool of "mysql2/promise"; it has no ${method}()`);
    }
  }
  return found as MysqlPool;
}
