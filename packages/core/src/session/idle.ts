import type { Core } from "./core.ts";
import { isTouchDue } from "./lifetime.ts";
import { NO_INTENT, type SessionUnit } from "./unit.ts";

/** Whether a commit has nothing to write, and nothing to tell but on which headers the response depends: asked for every response. */
export function isIdle(core: Core, unit: SessionUnit): boolean {
  return isQuiet(core, unit) && !core.strategy.isDue(core, unit);
}

/**
 * The same for one more commit of a response, which does not look again at what the one before left as it was: a rotation under way, say. `isLast`: no other
 * one follows that could see whether the client is to be seen again.
 */
export function isSettled(core: Core, unit: SessionUnit, isLast: boolean): boolean {
  if (!isQuiet(core, unit)) return false;
  const { loaded } = unit;
  return !isLast || !loaded || !isTouchDue(loaded.record, core.clock(), core.timeouts);
}

function isQuiet(core: Core, unit: SessionUnit): boolean {
  const { committing, unsettled, untold, beside, remembers, ended } = unit;
  // A code may have been handed out since, which is none of the session's changes.
  if (core.inUrl || committing || unsettled || untold) return false;
  if (beside.length > 0 || remembers !== undefined) return false;
  // What is still done to a session that ended is lost, whatever it is.
  return ended || isUntouched(unit);
}

/** Nothing has been done to the session since the last commit. */
export function isUntouched({ intent, underWay, copy, left }: SessionUnit): boolean {
  return !underWay && intent === NO_INTENT && !copy.isChanged() && !left?.isChanged();
}
