import { type Names, namesOf } from "../names.ts";
import { type MysqlSchemaOptions, tableOf } from "../options.ts";
import { createEnd } from "./end.ts";
import { createLogin } from "./login.ts";
import { createSweep } from "./sweep.ts";
import { createTables } from "./tables.ts";

/** The step from each schema version to the next, beginning with none. Never edited once released, only added to. */
const STEPS: ReadonlyArray<(names: Names) => readonly string[]> = [
  (names) => [...createTables(names), createLogin(names), createEnd(names), createSweep(names)],
];

export const SCHEMA_VERSION = STEPS.length;

/**
 * The statements that `setup` runs on a database without the table, for a migration tool: each is sent as it is. The
 * table's comment says which version it is.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function mysqlSchema(options: MysqlSchemaOptions = {}): string[] {
  return stepsFrom(0, tableOf(options));
}

/** The statements that lead from one version to the last. */
export function stepsFrom(version: number, table: string): string[] {
  const names = namesOf(table);
  // The comment comes last of each step: a step that failed half way is taken again, and each statement of it may be.
  return STEPS.slice(version).flatMap((step, index) => [
    ...step(names),
    `ALTER TABLE ${names.table} COMMENT='coatcheck schema ${version + index + 1}'`,
  ]);
}
