export type MysqlValue = string | number | boolean | null | Buffer;

/** One statement, with what a pool may have been told otherwise. */
export interface MysqlQuery {
  sql: string;
  values: MysqlValue[];
  rowsAsArray: boolean;
  typeCast: boolean;
}

/** What the store uses of a connection of `mysql2/promise`. */
export interface MysqlConnection {
  execute(query: MysqlQuery): Promise<[unknown, unknown]>;
  query(query: MysqlQuery): Promise<[unknown, unknown]>;
}

/** What the store uses of a pool of `mysql2/promise`. */
export interface MysqlPool extends MysqlConnection {
  getConnection(): Promise<MysqlConnection & { release(): void }>;
}

export type Row = Readonly<Record<string, unknown>>;

/** ER_LOCK_DEADLOCK: the transaction was undone, and may be repeated. */
const DEADLOCK = 1213;
const ATTEMPTS = 4;

/**
 * Executes a prepared statement. Our own statements cannot deadlock with each other; an application's on the same table can,
 * and a Galera cluster uses the same error for a conflict between its nodes.
 */
export async function execute(
  pool: MysqlConnection,
  sql: string,
  values: MysqlValue[],
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await pool.execute(queryOf(sql, values)))[0];
    } catch (error) {
      if (errorNumber(error) !== DEADLOCK || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Rows are objects, whatever the pool makes of those of the application. */
export function queryOf(sql: string, values: MysqlValue[] = []): MysqlQuery {
  return { sql, values, rowsAsArray: false, typeCast: true };
}

/** The driver's number of an error, https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html. */
export function errorNumber(error: unknown): unknown {
  return (error as { errno?: unknown } | null)?.errno;
}

/** The rows of a statement that is sent once. */
export async function rowsOf(
  connection: MysqlConnection,
  sql: string,
  values?: MysqlValue[],
): Promise<readonly Row[]> {
  return (await connection.query(queryOf(sql, values)))[0] as Row[];
}
