import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { SessionRecord, SessionTimes } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import { admissible, assess, becameAnother, type Situation } from "./assess.ts";
import { type Batch, countTry, endUnit, fateOf, forgetData, lose } from "./batch.ts";
import { replay } from "./changes.ts";
import { composeNext, pendingToken } from "./compose.ts";
import { latest } from "./current.ts";
import { type CookieChange, requireCarrier } from "./delivery.ts";
import { seen } from "./lifetime.ts";
import { heedLimit } from "./limit.ts";
import { type LoadedRecord, parseData } from "./record.ts";
import { loadValues } from "./schema.ts";
import { isAuthorised } from "./secrets.ts";
import { start } from "./start.ts";
import { tellEnded } from "./tell.ts";
import { inTurn, isOthersTurn, tellNext } from "./turns.ts";
import { check, written } from "./written.ts";

type Of<Kind> = Extract<Situation, { kind: Kind }>;

/** Does what there is to do for a session. */
export function act(batch: Batch, situation: Situation): MaybePromise<CookieChange> {
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
function again(batch: Batch, known?: SessionRecord): MaybePromise<CookieChange> {
  return chain(latest(batch, batch.loaded?.record.id as SessionId, known), (current) => {
    // The client library has sent it twice. What else was wanted is judged anew, since a login may have come between.
    if (fateOf(batch, current) === "made") forgetData(batch);
    // Of what was sent nothing is open any more: if it fails from here on, it is for another reason.
    batch.sent = undefined;
    return actOn(batch, current);
  });
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

function goOn(batch: Batch, { current, match }: Of<"continue">): MaybePromise<CookieChange> {
  const { core, intent, changed } = batch;
  const { events, limit, store } = core;
  const { login } = intent;
  const { id, version, data } = current.record;
  if (isOthersTurn(batch, id)) return giveWay(batch, id);
  return chain(merged(batch, current), (text) =>
    chain(check(batch, text), () => {
      // Data that was not changed may be stored in yesterday's shape still; this request has it in today's.
      const draft = composeNext(current, match, batch, changed || login ? text : data);
      if (draft.token) requireCarrier(batch);
      if (batch.mark) batch.sent = draft.next.state.marks;
      // Until the answer comes nobody knows.
      tellNext(batch);
      return chain(store.update(draft.next.record, version, login && limit), (outcome) => {
        if (outcome === "gone") return actOn(batch, undefined);
        if (outcome === "stale") return giveWay(batch, id, true);
        heedLimit(core, outcome);
        tellNext(batch, draft.next.record);
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

/** Others write to the session as well: decides again, when it is this one's turn. */
function giveWay(batch: Batch, id: SessionId, foiled?: boolean): MaybePromise<CookieChange> {
  // Whoever waits has met others too.
  if (foiled || batch.tries === 1) {
    const attempt = countTry(batch);
    batch.core.events.emit("conflict", { id, attempt });
  }
  // Whether an update that was sent is made shows only until others have pushed its mark out.
  if (batch.sent && isOthersTurn(batch, id)) return again(batch);
  return inTurn(batch, id, (known) => again(batch, known));
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
