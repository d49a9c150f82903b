import { SessionConflictError } from "../errors.ts";
import { mintMark } from "../token/token.ts";
import type { CommitFacts } from "./assess.ts";
import { ChangeLog } from "./changes.ts";
import type { Core } from "./core.ts";
import type { CookieChange } from "./delivery.ts";
import { type DeviceInfo, deviceOf } from "./device.ts";
import { type LoadedRecord, MARKS } from "./record.ts";
import type { Line } from "./turns.ts";
import { NO_INTENT, type Prospect, type SessionUnit } from "./unit.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** What one commit took out of its unit. What the handler does meanwhile stays in the unit, for the next commit. */
export interface Batch extends CommitFacts {
  readonly core: Core;
  readonly unit: SessionUnit;
  readonly prospect: Prospect;
  readonly device: DeviceInfo | undefined;
  readonly copy: WorkingCopy;
  flash: ChangeLog | undefined;
  changes: ChangeLog;
  changed: boolean;
  /** The data as text, as this request had it when the commit began. */
  readonly snapshot: string;
  /** The headers had not left when the commit began, so they can still bring a cookie. */
  readonly deliverable: boolean;
  /**
   * Goes into the record with an update, which must not be made twice: by it the commit knows its own write again. The version alone
   * would not do, nor the record as a whole: two requests may do the same at the same moment.
   */
  mark: string | undefined;
  /** Moves on when the commit has to be decided again. */
  now: number;
  tries: number;
  /** The record's marks, this one included, as the last try has sent them, whether or not a reply came. */
  sent?: readonly string[] | undefined;
  /** Of those that write to the session it is this one's turn. */
  line?: Line | undefined;
}

export function takeBatch(
  core: Core,
  unit: SessionUnit,
  facts: CommitFacts,
  deliverable: boolean,
): Batch {
  const { copy, prospect } = unit;
  const { changes, snapshot } = copy.take();
  const batch: Batch = {
    ...facts,
    changes,
    snapshot,
    mark: hasUpdates(changes) ? mintMark(core.random) : undefined,
    core,
    unit,
    prospect,
    device: facts.intent.login && deviceOf(core, unit),
    copy,
    flash: unit.left?.take(),
    deliverable,
    tries: 1,
  };
  unit.underWay = unit.intent;
  unit.intent = NO_INTENT;
  return batch;
}

function hasUpdates({ keys }: ChangeLog): boolean {
  for (const { updaters } of keys.values()) if (updaters) return true;
  return false;
}

/** What became of the updates that were sent, by the record as it is now. */
export function fateOf(
  { mark, sent = [] }: Batch,
  current: LoadedRecord | undefined,
): "made" | "not made" | "unknown" {
  const marks = current?.state.marks ?? [];
  if (mark && marks.includes(mark)) return "made";
  // The oldest goes first: where one of before is there still, this one cannot have been pushed out.
  return marks.length === MARKS && !marks.some((it) => sent.includes(it)) ? "unknown" : "not made";
}

/** What was done to the data has been written. */
export function forgetData(batch: Batch): void {
  batch.changes = new ChangeLog();
  batch.flash = undefined;
  batch.changed = false;
  batch.mark = undefined;
  batch.sent = undefined;
}

/** The session is over for this request: what it still does to it is lost too, unless it starts a new one. */
export function endUnit({ unit, copy }: Batch): void {
  unit.loaded = undefined;
  // The tokens of one that was brought back are worthless by now, and the client may hold newer ones.
  unit.untold = undefined;
  unit.beside = [];
  if (unit.copy === copy) unit.ended = true;
}

/** The commit failed: all that it took is to be done still. */
export function restoreBatch({ unit, copy, changes, flash, intent }: Batch): void {
  if (unit.copy === copy) {
    copy.restore(changes);
    if (flash) unit.flash.restore(flash);
    unit.intent = { ...intent, ...unit.intent };
  }
  unit.underWay = undefined;
}

/** The session ended under this request: nothing is written, and whoever ended it decides what comes next. */
export function lose(batch: Batch, reason: "gone" | "superseded"): CookieChange {
  const id = batch.loaded?.record.id ?? batch.prospect.beginning.id;
  batch.core.events.emit("commit-lost", { id, reason });
  endUnit(batch);
  // A client that was superseded has a newer cookie, or is about to get it: clearing would log it out.
  return reason === "gone" ? "clear" : undefined;
}

/** A writer that loses this often in a row gives up: each loss means that somebody else's commit went through. Of one process only one at a time is in the race. */
export const MAX_ATTEMPTS = 100;

/** Which try it was that somebody else's write has foiled. */
export function countTry(batch: Batch): number {
  if (batch.tries >= MAX_ATTEMPTS) throw new SessionConflictError(batch.tries);
  return batch.tries++;
}
