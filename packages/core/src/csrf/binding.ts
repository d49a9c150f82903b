import { SessionConfigError } from "../errors.ts";
import type { SessionUnit } from "../session/unit.ts";

/** What a token is bound to. */
export interface Binding {
  readonly id: string;
  /** Drawn anew when a session begins and at each login, kept by rotations; never shown to a page. */
  readonly lineage: string;
}

/** Of the session as it will be after this request: a token that is issued after `login()` is good for the user who has logged in. */
export function bindingOf(unit: SessionUnit): Binding {
  const { loaded, login, prospect, record } = unit;
  const id = record?.id ?? prospect.beginning.id;
  const lineage = record && loaded && !login ? loaded.state.lineage : prospect.beginning.lineage;
  if (lineage) return { id, lineage };
  throw new SessionConfigError(
    "storage",
    "storage must draw a lineage for each session, for CSRF tokens: this one makes sessions without",
  );
}
