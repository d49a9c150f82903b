import { type Names, namesOf } from "../names.ts";
import { type PostgresSchemaOptions, type SchemaSettings, schemaSettingsOf } from "../options.ts";
import { createLogin } from "./login.ts";
import { createTable } from "./table.ts";

/** SQLSTATE of what `setup` refuses, from a class that Postgres leaves to others. */
export const REFUSED = "CC001";

/** The step from each schema version to the next, beginning with none. Never edited once released, only added to. */
const STEPS: ReadonlyArray<(names: Names, unlogged: boolean) => string> = [
  (names, unlogged) => `${createTable(names, unlogged)}\n    ${createLogin(names)}`,
];

export const SCHEMA_VERSION = STEPS.length;

/**
 * The SQL that `setup` runs, for a migration tool or `psql`: one statement, which makes what is missing and changes nothing
 * where all is there. The table's comment says which version it is.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function postgresSchema(options: PostgresSchemaOptions = {}): string {
  return schemaText(schemaSettingsOf(options));
}

/** As `postgresSchema`, with options that have been checked. */
export function schemaText(settings: SchemaSettings): string {
  const names = namesOf(settings);
  const { table } = names;
  return `DO $setup$
  DECLARE
    found integer := 0;
  BEGIN
    -- One process at a time. What is there is looked at under the lock, so each statement needs a snapshot of its own.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'pool must run in READ COMMITTED, not %: reset default_transaction_isolation for its role',
        current_setting('transaction_isolation') USING ERRCODE = '${REFUSED}', CONSTRAINT = 'pool';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('coatcheck setup', 0));${makeSchema(settings.schema)}
    IF to_regclass('${table}') IS NOT NULL THEN
      found := substring(obj_description(to_regclass('${table}'), 'pg_class') FROM '^coatcheck schema (\\d+)$');
    END IF;
    IF found IS NULL THEN
      RAISE EXCEPTION 'table ${table} is not a table of Coatcheck: choose another name'
        USING ERRCODE = '${REFUSED}', CONSTRAINT = 'table';
    END IF;
    IF found > ${SCHEMA_VERSION} THEN
      RAISE EXCEPTION 'table ${table} has schema version %, written by a newer @coatcheck/store-postgres; ${""}this one knows versions up to ${SCHEMA_VERSION}: upgrade it, or use another table', found
        USING ERRCODE = '${REFUSED}', CONSTRAINT = 'table';
    END IF;
${STEPS.map(
  (step, index) => `    IF found < ${index + 1} THEN
    ${step(names, settings.unlogged)}
    COMMENT ON TABLE ${table} IS 'coatcheck schema ${index + 1}';
    END IF;`,
).join("\n")}
  END $setup$`;
}

function makeSchema(schema: string | undefined): string {
  if (schema === undefined) return "";
  return `
    IF to_regnamespace('"${schema}"') IS NULL THEN CREATE SCHEMA "${schema}"; END IF;`;
}
