import { SessionConfigError } from "../errors.ts";
import type { SessionUnit } from "../session/unit.ts";

/** What a token is bound to. */
export interface Binding {
  readonly id: string;
  /** Drawn anew when a session begins, at each login and at each step-up, kept by rotations; never shown to a page. */
  readonly lineage: string;
}

/** Of the session as it will be after this request: a token that is issued after `login()` is good for the user who has logged in, and one after `elevate()` for who has stepped up. */
export function bindingOf(unit: SessionUnit): Binding {
  const { intent, loaded, login, prospect, record, underWay } = unit;
  // A login, a step-up or somebody else to act for gives it another lineage.
  const isRenewed = login ?? intent.auth ?? underWay?.auth;
  const id = record?.id ?? prospect.beginning.id;
  const lineage =
    record && loaded && !isRenewed ? loaded.state.lineage : prospect.beginning.lineage;
  if (lineage) return { id, lineage };
  throw new SessionConfigError(
    "storage",
    "storage must draw a lineage for each session, for CSRF tokens: this one makes sessions without",
  );
}
