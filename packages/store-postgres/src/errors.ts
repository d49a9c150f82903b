import { SessionConfigError } from "@coatcheck/core";
import { REFUSED } from "./schema/schema.ts";

// SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDEFINED_FUNCTION = "42883";
const UNDEFINED_TABLE = "42P01";
const INVALID_SCHEMA_NAME = "3F000";
const DEADLOCK_DETECTED = "40P01";
const MISSING = [UNDEFINED_FUNCTION, UNDEFINED_TABLE, INVALID_SCHEMA_NAME];

interface PostgresError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message: string;
}

/** Says what to do where it can only be that nobody ran `setup`; every other error stays what it is. */
export function explained(error: unknown, table: string): unknown {
  if (!MISSING.includes(String((error as PostgresError | null)?.code))) return error;
  return new Error(
    `table ${table} or its function is missing: run setup() of the postgresStore once, before its first use`,
    { cause: error },
  );
}

export function isDeadlock(error: unknown): boolean {
  return (error as PostgresError | null)?.code === DEADLOCK_DETECTED;
}

/** What the schema refuses is a matter of configuration. */
export function refusal(error: unknown): unknown {
  const { code, constraint, message } = error as PostgresError;
  if (code !== REFUSED) return error;
  const refused = new SessionConfigError(String(constraint), message);
  refused.cause = error;
  return refused;
}
