import { COLUMNS } from "@coatcheck/sql";

export const INSERT_COLUMNS = COLUMNS.join(", ");

/** Takes the place of an expired record with that id, and changes nothing where it is alive; the moment follows. */
export const REPLACE_EXPIRED = `ON CONFLICT (id) DO UPDATE SET ${COLUMNS.slice(1)
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")} WHERE held.expires_at <=`;
