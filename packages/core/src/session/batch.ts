import { mintMark } from "../token/token.ts";
import type { CommitFacts } from "./assess.ts";
import type { ChangeLog } from "./changes.ts";
import type { Draft } from "./compose.ts";
import type { Core } from "./core.ts";
import type { Prospect, SessionUnit } from "./unit.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** What one commit took out of its unit. What the handler does meanwhile stays in the unit, for the next commit. */
export interface Batch extends CommitFacts {
  readonly core: Core;
  readonly unit: SessionUnit;
  readonly prospect: Prospect;
  readonly copy: WorkingCopy;
  readonly flash: ChangeLog;
  readonly changes: ChangeLog;
  /** The data as text, as this request had it when the commit began. */
  readonly snapshot: string;
  /** The headers had not left when the commit began, so they can still bring a cookie. */
  readonly deliverable: boolean;
  /**
   * Goes into the record with an update, which must not be made twice: by it the commit knows its own write again. The version alone
   * would not do, nor the record as a whole: two requests may do the same at the same moment.
   */
  readonly mark: string | undefined;
  /** Moves on when the commit has to be decided again. */
  now: number;
  tries: number;
  /** What the last try has sent, whether or not a reply came. */
  sent?: Sent;
}

/** A draft on its way to the store; and whether this request's token is still good for what it becomes. */
export interface Sent extends Draft {
  readonly entitled: boolean;
}

export function takeBatch(core: Core, unit: SessionUnit, facts: CommitFacts): Batch {
  const { copy, prospect } = unit;
  const { changes, snapshot } = copy.take();
  const updates = [...changes.keys.values()].some(({ updaters }) => updaters);
  const batch: Batch = {
    ...facts,
    changes,
    snapshot,
    mark: updates ? mintMark(core.random) : undefined,
    core,
    unit,
    prospect,
    copy,
    flash: unit.flash.take(),
    deliverable: !unit.headersLeft,
    tries: 1,
  };
  unit.intent = {};
  return batch;
}

/** The session is over for this request: what it still does to it is lost too, unless it starts a new one. */
export function endUnit({ unit, copy }: Batch): void {
  unit.loaded = undefined;
  if (unit.copy === copy) unit.ended = true;
}

/** The commit failed: all that it took is to be done still. */
export function restoreBatch({ unit, copy, changes, flash, intent }: Batch): void {
  if (unit.copy === copy) {
    copy.restore(changes);
    unit.flash.restore(flash);
    unit.intent = { ...intent, ...unit.intent };
  }
  unit.underWay = undefined;
}
