import type { Core } from "./core.ts";
import { NO_INTENT, type SessionUnit } from "./unit.ts";

/** Whether a commit has nothing to write, and nothing to tell but on which headers the response depends: asked for every response, often several times. */
export function isIdle(core: Core, unit: SessionUnit): boolean {
  const { committing, unsettled, untold, beside, remembers } = unit;
  // A code may have been handed out since, which is none of the session's changes.
  if (core.inUrl || committing || unsettled || untold) return false;
  if (beside.length > 0 || remembers !== undefined || !isUntouched(unit)) return false;
  return !core.strategy.isDue(core, unit);
}

/** Nothing has been done to the session since the last commit. */
export function isUntouched({ intent, underWay, copy, left }: SessionUnit): boolean {
  return !underWay && intent === NO_INTENT && !copy.isChanged() && !left?.isChanged();
}
