import { createHash } from "node:crypto";

/** What the store uses of `pg`: a Pool, or a Client that does nothing else meanwhile. */
export interface PgClient {
  query(query: {
    name?: string;
    text: string;
    values?: unknown[];
  }): Promise<{ readonly rows: readonly unknown[] }>;
}

/** What the store uses of PGlite. */
export interface PgliteClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  exec(sql: string): Promise<unknown>;
}

export type PostgresClient = PgClient | PgliteClient;

export interface Statement {
  /** Of the prepared statement. */
  readonly name: string;
  readonly text: string;
}

/** Sends one statement, in one round trip. */
export type Ask = (statement: Statement, values: readonly unknown[]) => Promise<readonly Row[]>;

export type Row = Readonly<Record<string, unknown>>;

/**
 * pg refuses one name for two texts on one connection, and two stores may share a pool: so the name says what the text is.
 */
export function statement(text: string): Statement {
  return {
    name: `coatcheck_${createHash("sha256").update(text).digest("hex").slice(0, 16)}`,
    text,
  };
}

export function askOf(client: PostgresClient, prepare: boolean): Ask {
  if (isPglite(client)) {
    return async ({ text }, values) => (await client.query(text, [...values])).rows as Row[];
  }
  return async ({ name, text }, values) => {
    const query = { text, values: [...values] };
    return (await client.query(prepare ? { name, ...query } : query)).rows as Row[];
  };
}

/** Sends a script without parameters. */
export async function run(client: PostgresClient, text: string): Promise<void> {
  await (isPglite(client) ? client.exec(text) : client.query({ text }));
}

function isPglite(client: PostgresClient): client is PgliteClient {
  return "exec" in client;
}
