import { SessionConflictError, SessionStoreError } from "../errors.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import { act } from "./act.ts";
import { assess, type Situation } from "./assess.ts";
import { type Batch, fateOf, restoreBatch, takeBatch } from "./batch.ts";
import type { Core } from "./core.ts";
import { read } from "./current.ts";
import { type CookieChange, type HeaderPair, headersFor, idleHeaders } from "./delivery.ts";
import { isIdle } from "./idle.ts";
import { NO_INTENT, type SessionUnit } from "./unit.ts";
import { isUnseen } from "./unseen.ts";

/**
 * Writes a unit of work down: decides by `assess`, writes conditionally, and decides again if somebody was faster. Gives the headers that
 * the response needs. Nothing is written, and none is needed, where nothing happened.
 */
export function commitUnit(
  core: Core,
  unit: SessionUnit,
  // Of the moment when it is asked for: while it waits, the response waits for it with its headers.
  deliverable = !unit.headersLeft,
): MaybePromise<HeaderPair[]> {
  if (unit.committing) return unit.committing.then(() => commitUnit(core, unit, deliverable));
  if (isIdle(core, unit)) return idleHeaders(core, unit);
  const saved = core.strategy.save(core, unit, deliverable);
  const done = chain(saved, (change) =>
    chain(settleBeside(core, unit, change), () => headersFor(core, unit, change, deliverable)),
  );
  if (!isPromise(done)) return done;
  const settled = () => {
    unit.committing = undefined;
  };
  unit.committing = done.then(settled, settled);
  return done;
}

/** What a commit means for the remember-me token of its client. */
function settleBeside(core: Core, unit: SessionUnit, change: CookieChange): MaybePromise<void> {
  const { remembering } = core;
  const { remembers, untold } = unit;
  unit.remembers = undefined;
  if (!remembering) return;
  if (remembers === undefined) return untold && !change ? remembering.confirm(unit) : undefined;
  return attempt<void>(
    () => remembering.settle(unit, remembers),
    (error) => {
      // The session is written, so a commit that is tried again has nothing more to say of it but this.
      unit.remembers = remembers;
      unit.untold = change ?? untold;
      throw error;
    },
  );
}

/** The same, but for the headers. */
export function saveUnit(
  core: Core,
  unit: SessionUnit,
  deliverable = !unit.headersLeft,
): MaybePromise<CookieChange> {
  // What a request still does to a session that ended under it is lost like what it did before.
  if (unit.ended) return;
  const { loaded, presented, intent, match, degraded, unsettled } = unit;
  if (unsettled) return chain(settle(unsettled), () => saveUnit(core, unit, deliverable));
  const stray = match === "superseded";
  // Both are asked, since both refuse what cannot be written.
  const left = unit.left?.isChanged() ?? false;
  const changed = unit.copy.isChanged() || left;
  if (degraded) {
    // Whatever this request did cannot be saved, and what the client holds must stay as it is.
    if (changed || intent.login || intent.auth || intent.destroy) throw degraded;
    return;
  }
  const facts = { loaded, presented, intent, changed, stray, now: core.clock() };
  const situation = assess(facts, loaded, core.timeouts);
  if ((situation.kind === "idle" && !situation.resend) || isUnseen(facts, unit)) {
    unit.intent = NO_INTENT;
    return;
  }
  return carryOut(takeBatch(core, unit, facts, deliverable), situation);
}

function carryOut(batch: Batch, situation: Situation): MaybePromise<CookieChange> {
  const { unit } = batch;
  return attempt(
    () =>
      chain(act(batch, situation), (change) => {
        batch.prospect.renew();
        unit.underWay = undefined;
        return batch.deliverable ? change : undefined;
      }),
    (error) => {
      // An update that was sent may have been made though its reply was lost: the next commit has to find out first.
      if (batch.sent && error instanceof SessionStoreError) unit.unsettled = batch;
      else restoreBatch(batch);
      throw error;
    },
  );
}

/** Finds out what became of updates whose reply was lost. All else is done again, or still. */
function settle(batch: Batch): MaybePromise<void> {
  const { unit, copy, intent, loaded } = batch;
  return chain(read(batch, loaded?.record.id as SessionId), (current) => {
    unit.unsettled = undefined;
    unit.underWay = undefined;
    if (unit.copy !== copy) return;
    const fate = fateOf(batch, current);
    if (fate === "not made") return restoreBatch(batch);
    copy.committed(batch.snapshot);
    // Whoever is told so has to look: made once more the updates might count twice.
    if (fate === "unknown") throw new SessionConflictError();
    unit.intent = { ...intent, ...unit.intent };
  });
}
