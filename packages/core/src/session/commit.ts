import { SessionConflictError, SessionStoreError } from "../errors.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { SessionTimes } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import { admissible, assess, becameAnother, matchOf, type Situation } from "./assess.ts";
import {
  type Batch,
  countTry,
  endUnit,
  fateOf,
  forgetData,
  lose,
  restoreBatch,
  takeBatch,
} from "./batch.ts";
import { replay } from "./changes.ts";
import { composeMarker, composeNext, composeStart, type Draft, pendingToken } from "./compose.ts";
import type { Core } from "./core.ts";
import {
  type CookieChange,
  type HeaderPair,
  headersFor,
  idleHeaders,
  requireCarrier,
  requireWelcome,
} from "./delivery.ts";
import { isIdle } from "./idle.ts";
import { seen } from "./lifetime.ts";
import { heedLimit } from "./limit.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import { checkValues, loadValues } from "./schema.ts";
import { isAuthorised } from "./secrets.ts";
import { tellEnded, tellIdentity } from "./tell.ts";
import { NO_INTENT, type SessionUnit } from "./unit.ts";
import { isUnseen } from "./unseen.ts";

type Of<Kind> = Extract<Situation, { kind: Kind }>;

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
  const { loaded, presented, intent, opening, unsettled } = unit;
  if (unsettled) return chain(settle(unsettled), () => saveUnit(core, unit, deliverable));
  const { match, degraded } = opening;
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

function act(batch: Batch, situation: Situation): MaybePromise<CookieChange> {
  batch.unit.onDecision?.(batch, situation);
  switch (situation.kind) {
    case "end":
      return end(batch);
    case "gone":
    case "superseded":
      return lose(batch, situation.kind);
    case "start":
      return start(batch, situation.replaced);
    case "continue":
      return goOn(batch, situation);
    default:
      return stay(batch, situation);
  }
}

/** Decides again, on what the store holds now. */
function actOn(batch: Batch, current: LoadedRecord | undefined): MaybePromise<CookieChange> {
  const { clock, timeouts } = batch.core;
  batch.now = clock();
  return act(batch, assess(batch, current, timeouts));
}

/** The same, after a look at what that is. */
function again(batch: Batch): MaybePromise<CookieChange> {
  return chain(read(batch, batch.loaded?.record.id as SessionId), (current) => {
    // The client library has sent it twice. What else was wanted is judged anew, since a login may have come between.
    if (fateOf(batch, current) === "made") forgetData(batch);
    return actOn(batch, current);
  });
}

function read({ core, unit }: Batch, id: SessionId): MaybePromise<LoadedRecord | undefined> {
  unit.readAt = core.clock();
  return chain(core.store.read(id), (record) => record && openRecord(record));
}

function stay(batch: Batch, situation: Of<"idle" | "touch">): MaybePromise<CookieChange> {
  const { resend } = situation;
  // A rotation's token goes out again until the client comes with it: a lost response costs nothing. What was loaded may be long
  // out of date, and a token of before a login would put the client out, so the record is read again first.
  // Nor does a touch tell the session from the marker of one that another has replaced, which an object may find that is kept for long, as a WebSocket's.
  const isOld = batch.now - batch.unit.readAt >= batch.core.timeouts.touchEvery;
  if ((resend || (isOld && situation.kind === "touch")) && batch.tries === 1) {
    countTry(batch);
    return again(batch);
  }
  const token = resend && pendingToken(resend, batch.presented, batch.core);
  if (token) requireCarrier(batch);
  const there = situation.kind === "idle" || touch(batch, situation.current);
  return chain(there, (found) => {
    if (!found) return lose(batch, "gone");
    batch.copy.committed(batch.snapshot);
    return token;
  });
}

/** Whether the session is there still. */
function touch({ core, unit, loaded, now }: Batch, current: LoadedRecord): MaybePromise<boolean> {
  const times = seen(now, current.state.endsAt, core.timeouts);
  const moved = (to: Partial<SessionTimes>): true => {
    // What others have written since is not in this request's data, so it goes on from the version that it loaded.
    const { record, state } = loaded ?? current;
    unit.loaded = { state, record: { ...record, ...to } };
    return true;
  };
  return attempt<boolean>(
    () =>
      chain(
        core.store.touch(current.record.id, times),
        (answer) => answer === "ok" && moved(times),
      ),
    (error) => {
      // Nothing of the request is lost with it: `onStoreError: "anonymous"` goes on, and the event has been emitted.
      if (core.onStoreError !== "anonymous") throw error;
      // It is not tried again in this request, which would wait for the store once more.
      return moved({ lastSeenAt: now });
    },
  );
}

function end(batch: Batch): MaybePromise<CookieChange> {
  const { core, loaded, unit } = batch;
  const id = loaded?.record.id;
  return chain(id ? core.store.destroy(id) : false, (existed) => {
    if (id && existed) tellEnded(core, [id], "destroyed");
    endUnit(batch);
    unit.remembers = false;
    return unit.claimed ? "clear" : undefined;
  });
}

function start(batch: Batch, replaced: LoadedRecord | undefined): MaybePromise<CookieChange> {
  const { core, loaded, intent } = batch;
  requireWelcome(batch);
  // Of a session that ended, or was another user's, only what came after the login goes along.
  const text =
    loaded && !intent.regenerate
      ? JSON.stringify(replay({}, batch.changes, (_, late) => late))
      : batch.snapshot;
  // A user who logs in again in place of a session gives up that one for it, and no other at the limit. Otherwise the new one is
  // there first: what fails in between then costs nobody their session.
  const makesRoom = replaced && replaced.record.userId === intent.login?.userId;
  const marked = () => replaced && leaveMarker(batch, replaced);
  return chain<unknown, CookieChange>(check(batch, text), () =>
    chain<unknown, CookieChange>(makesRoom && marked(), () =>
      chain(create(batch, text), (draft) => {
        const { id, userId } = draft.next.record;
        const replaced =
          makesRoom ||
          // The response to a failure tells the client nothing of the new session, so that is taken back.
          attempt(marked, (error) =>
            chain(core.store.destroy(id), () => {
              throw error;
            }),
          );
        return chain<unknown, CookieChange>(replaced, () => {
          core.events.emit("created", { id, userId: userId ?? undefined });
          return written(batch, draft, text);
        });
      }),
    ),
  );
}

function create(batch: Batch, data: string): MaybePromise<Draft> {
  const { core, intent } = batch;
  const draft = composeStart(batch, data);
  const answer = core.store.create(draft.next.record, intent.login && core.limit);
  return chain(answer, (outcome) => {
    if (outcome === "exists") {
      countTry(batch);
      const { id } = draft.next.record;
      // It may be this very session, sent before with its reply lost. Nobody has its token yet, and it must not keep its user's place.
      const own = (there?: LoadedRecord) => there?.state.hash === draft.next.state.hash;
      return chain(read(batch, id), (there) =>
        chain(own(there) ? core.store.destroy(id) : batch.prospect.renew(), () =>
          create(batch, data),
        ),
      );
    }
    heedLimit(core, outcome);
    return draft;
  });
}

/** Ends a session that another one replaced, whatever is being written to it at the same time. */
function leaveMarker(batch: Batch, replaced: LoadedRecord): MaybePromise<void> {
  const { core, presented } = batch;
  const { id, version } = replaced.record;
  const now = core.clock();
  // By now a login may have taken the session over, from which this request's token has nothing to say any more.
  if (!isAuthorised(matchOf(presented, replaced, now))) {
    // A session that is handed off, perhaps by whoever planted the link, has nothing to say over that login.
    if (batch.intent.endsAt) throw new SessionConflictError(batch.tries);
    return;
  }
  const marker = composeMarker(replaced, now, core.timeouts.rotationGrace);
  const marked = chain(core.remembering?.forget(id), () => core.store.update(marker, version));
  return chain(marked, (outcome) => {
    if (outcome === "stale") {
      countTry(batch);
      return chain(read(batch, id), (newer) => newer && leaveMarker(batch, newer));
    }
    if (outcome !== "gone") tellEnded(core, [id], "regenerated");
  });
}

function goOn(batch: Batch, { current, match }: Of<"continue">): MaybePromise<CookieChange> {
  const { core, intent, changed } = batch;
  const { events, limit, store } = core;
  const { login } = intent;
  const { id, version, data } = current.record;
  return chain(merged(batch, current), (text) =>
    chain(check(batch, text), () => {
      // Data that was not changed may be stored in yesterday's shape still; this request has it in today's.
      const draft = composeNext(current, match, batch, changed || login ? text : data);
      if (draft.token) requireCarrier(batch);
      if (batch.mark) batch.sent = draft.next.state.marks;
      return chain(store.update(draft.next.record, version, login && limit), (outcome) => {
        if (outcome === "gone") return actOn(batch, undefined);
        if (outcome === "stale") {
          const attempt = countTry(batch);
          events.emit("conflict", { id, attempt });
          return again(batch);
        }
        heedLimit(core, outcome);
        if (draft.rotated) events.emit("rotated", { id });
        if (login || isAuthorised(match)) return written(batch, draft, text);
        // A login has made this request's token worthless. What it did before was written, as far as that may be; the session
        // that is there now is none of its business.
        if (intent.auth) events.emit("commit-lost", { id, reason: "superseded" });
        endUnit(batch);
      });
    }),
  );
}

/** This request's data; on top of what others have written, if they have meanwhile. */
function merged(batch: Batch, current: LoadedRecord): MaybePromise<string> {
  const { core, loaded, intent, changes, snapshot } = batch;
  if (current === loaded) return snapshot;
  const { id, data } = current.record;
  return chain(loadValues(core, id, parseData(data)), (values) => {
    const allowed = admissible(loaded, current, intent);
    if (loaded && becameAnother(loaded, current)) batch.flash = undefined;
    if (allowed && [...changes.keys].some(([key, { late }]) => !allowed(key, late))) {
      core.events.emit("commit-lost", { id, reason: "superseded" });
    }
    return JSON.stringify(replay(values, changes, allowed));
  });
}

/** The schema has to agree to what was changed. */
function check({ core, changed }: Batch, text: string): MaybePromise<void> {
  if (changed) return checkValues(core, text);
}

/** The unit goes on from what was written, with the data as its handlers may see it. */
function written(
  { core, unit, copy, intent, loaded }: Batch,
  { next, token, presented }: Draft,
  text: string,
): CookieChange {
  unit.loaded = next;
  unit.claimed = true;
  unit.presented = presented ?? unit.presented;
  copy.committed(text);
  if (intent.login || intent.regenerate) unit.remembers = intent.login?.remember === true;
  tellIdentity(core, next.record, intent, loaded?.state.auth);
  return token;
}
