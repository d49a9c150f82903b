import {
  type CommonSettings,
  commonSettingsOf,
  fail,
  identifier,
  knowOnly,
  type SqlStoreOptions,
} from "@coatcheck/sql";
import type { PostgresClient } from "./client.ts";
import { isListenClient, type ListenClient } from "./notification.ts";

/** The options of `postgresSchema`. */
export interface PostgresSchemaOptions {
  /** Name of the table. Default `"coatcheck_session"`. */
  readonly table?: string;
  /** Schema of the table, created by `setup` if missing. Default: the first of the connection's `search_path`. */
  readonly schema?: string;
  /**
   * A table that is not written to the log: faster, and empty after a crash of the server or a failover. It decides only
   * when the table is made. Default `false`.
   */
  readonly unlogged?: boolean;
}

/** The options of `postgresStore`. */
export interface PostgresStoreOptions extends PostgresSchemaOptions, SqlStoreOptions {
  /** A `Pool` of `pg`, a `Client` of its own, or a `PGlite`. The caller opens it and ends it. */
  readonly pool: PostgresClient;
  /**
   * Whose connection hears what ends in other processes, so that `sessions.onEnd` is told at once: a `Pool` of `pg`, the same one or another, of which one connection is
   * held while somebody waits, or the `PGlite`. Every process that ends these sessions needs it. It must not lead through a pooler in transaction
   * mode, which passes no notification on. Default: none, and the store cannot notify.
   */
  readonly listen?: ListenClient;
  /**
   * Prepares each statement once per connection, by name. Default `true`. Turn it off for a pooler in transaction mode that
   * does not follow prepared statements, such as PgBouncer before 1.21. PGlite does without.
   */
  readonly prepare?: boolean;
}

/** Where the sessions lie, checked and complete. */
export interface SchemaSettings {
  readonly table: string;
  readonly schema: string | undefined;
  readonly unlogged: boolean;
}

export interface Settings extends CommonSettings, SchemaSettings {
  readonly pool: PostgresClient;
  readonly listen: ListenClient | undefined;
  readonly prepare: boolean;
}

/** 63 bytes is the longest name in Postgres; what goes with the table has up to 15 more than it. */
const TABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,47}$/;
const SCHEMA = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

const OF_SCHEMA = ["table", "schema", "unlogged"];
const KNOWN = ["pool", "listen", ...OF_SCHEMA, "clock", "maxSwept", "sweepEvery", "prepare"];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(options: PostgresStoreOptions): Settings {
  knowOnly(options, KNOWN);
  const { pool, listen, prepare = true } = options;
  if (typeof (pool as PostgresStoreOptions["pool"] | undefined)?.query !== "function") {
    fail("pool", "must be a Pool or a Client of pg, or a PGlite");
  }
  if (listen !== undefined) checkListen(listen, pool);
  if (typeof prepare !== "boolean") fail("prepare", "must be true or false");
  return { ...commonSettingsOf(options, TABLE), ...placeOf(options), pool, listen, prepare };
}

function checkListen(listen: unknown, pool: unknown): void {
  if (!isListenClient(listen)) {
    fail(
      "listen",
      "must be a Pool of pg, or a PGlite; a Client would not come back once it is cut off",
    );
  }
  if (listen === pool && "options" in listen && listen.options.max === 1) {
    fail("listen", "holds a connection of its own: give it another Pool, or raise max");
  }
}

/** As `settingsOf`, for `postgresSchema`. */
export function schemaSettingsOf(options: PostgresSchemaOptions): SchemaSettings {
  knowOnly(options, OF_SCHEMA);
  return placeOf(options);
}

function placeOf(options: PostgresSchemaOptions): SchemaSettings {
  const { table = "coatcheck_session", schema, unlogged = false } = options;
  if (typeof unlogged !== "boolean") fail("unlogged", "must be true or false");
  return {
    table: identifier("table", table, TABLE),
    schema: schema === undefined ? undefined : identifier("schema", schema, SCHEMA),
    unlogged,
  };
}
