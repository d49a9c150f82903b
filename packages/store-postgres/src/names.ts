import type { SchemaSettings } from "./options.ts";

/** What belongs to one store in the database, each as SQL names it. */
export interface Names {
  readonly table: string;
  /** The function that writes under a limit. Its version changes with its code: old processes find the old one. */
  readonly login: string;
  readonly byUser: string;
  readonly byExpiry: string;
  readonly channel: string;
}

export function namesOf({ table, schema }: Pick<SchemaSettings, "table" | "schema">): Names {
  const within = (name: string): string => (schema === undefined ? "" : `"${schema}".`) + name;
  return {
    table: within(`"${table}"`),
    login: within(`"${table}_login_v1"`),
    // An index lies in the schema of its table.
    byUser: `"${table}_by_user"`,
    byExpiry: `"${table}_by_expiry"`,
    // The same for whoever names the schema and whoever leaves it to the search path. That others may have it too does no harm: no two sessions have
    // one id. It needs no quotes.
    channel: `${table.toLowerCase().replaceAll("-", "_")}_ended`,
  };
}
