import { SessionStoreError, SessionTooLateError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import { type Batch, countTry, endUnit, lose, restoreBatch, takeBatch } from "../session/batch.ts";
import { replay } from "../session/changes.ts";
import { type CookieChange, requireCarrier, requireWelcome } from "../session/delivery.ts";
import { checkValues } from "../session/schema.ts";
import { tellEnded, tellIdentity } from "../session/tell.ts";
import { NO_INTENT, type SessionUnit } from "../session/unit.ts";
import { isUnseen } from "../session/unseen.ts";
import type { SessionToken } from "../token/token.ts";
import { type CarriedRecord, carriedRecord, composeSession } from "./carried.ts";
import type { CarriedSession } from "./codec.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Stateless } from "./strategy.ts";

/**
 * Makes the next token of a unit of work, if there is anything to say. What the revocation store has to know is written when the token is
 * made, so that one that would be too long changes nothing.
 */
export function saveCarried(
  own: Stateless,
  unit: SessionUnit,
  deliverable = !unit.headersLeft,
): MaybePromise<CookieChange> {
  const { core } = own;
  if (unit.ended) return;
  const { presented, intent, match, degraded } = unit;
  // Both are asked, since both refuse what cannot be written.
  const dataChanged = unit.copy.isChanged();
  const flashChanged = unit.left?.isChanged() ?? false;
  if (degraded) {
    const demanded = intent.login || intent.auth || intent.destroy;
    if (dataChanged || flashChanged || demanded) throw degraded;
    return;
  }
  if (!deliverable && dataChanged) {
    throw new SessionTooLateError(
      "a change of the session",
      "make it before the response begins: the client keeps this session, and nothing can tell it any more",
    );
  }
  // A message that was read while the response was under way stays for the next request: that cannot be told either.
  const changed = deliverable && (dataChanged || flashChanged);
  const loaded = unit.loaded as CarriedRecord | undefined;
  const stray = match === "superseded";
  const facts = { loaded, presented, intent, changed, stray, now: core.clock() };
  const plan = planOf(facts, loaded, "current", core.timeouts);
  const untellable = !deliverable && plan.kind === "renew" && plan.optional;
  if (plan.kind === "idle" || untellable || isUnseen(facts, unit)) {
    unit.intent = NO_INTENT;
    return;
  }
  const batch = takeBatch(core, unit, facts, deliverable);
  return attempt(
    () =>
      chain(carryOut(own, batch, plan), (change) => {
        batch.prospect.renew();
        unit.underWay = undefined;
        return batch.deliverable ? change : undefined;
      }),
    (error) => {
      restoreBatch(batch);
      // Nothing of the request is lost with it: `onStoreError: "anonymous"` goes on, and the event has been emitted.
      const spared = plan.kind === "renew" && plan.optional && core.onStoreError === "anonymous";
      if (!spared || !(error instanceof SessionStoreError)) throw error;
      // It is not tried again in this request, which would wait for the store once more.
      const { touch: _, ...intent } = unit.intent;
      unit.intent = intent;
      const record = { ...plan.current.record, lastSeenAt: batch.now };
      unit.loaded = { ...plan.current, renew: false, record } as CarriedRecord;
      return undefined;
    },
  );
}

function carryOut(own: Stateless, batch: Batch, plan: Plan): MaybePromise<CookieChange> {
  if (plan.kind === "end") return end(own, batch);
  // Where nothing is remembered nothing can have happened since.
  return own.ledger ? decideAgain(own, batch) : act(own, batch, plan);
}

function decideAgain(own: Stateless, batch: Batch): MaybePromise<CookieChange> {
  return chain(current(own, batch), (plan) => act(own, batch, plan));
}

/** What the session's token is worth by now: it may have been logged out since the request began. */
function current({ core, ledger }: Stateless, batch: Batch): MaybePromise<Plan> {
  const { timeouts } = core;
  const loaded = batch.loaded as CarriedRecord | undefined;
  const decide = (it: CarriedRecord | undefined, standing: Parameters<typeof planOf>[2]) =>
    planOf(batch, it, standing, timeouts);
  if (!loaded || !ledger) return decide(loaded, "current");
  return chain(ledger.check(loaded.session), ({ standing, entry }) =>
    decide({ ...loaded, entry }, standing),
  );
}

function act(own: Stateless, batch: Batch, plan: Plan): MaybePromise<CookieChange> {
  batch.unit.onDecision?.(batch, plan);
  switch (plan.kind) {
    case "start":
      return start(own, batch, plan);
    case "renew":
      return renew(own, batch, plan.current);
    case "lost":
      return lose(batch, plan.reason);
    default:
      return undefined;
  }
}

function end({ core, ledger }: Stateless, batch: Batch): MaybePromise<CookieChange> {
  const { unit } = batch;
  const loaded = batch.loaded as CarriedRecord | undefined;
  const ended = loaded && (ledger?.end(loaded.session, loaded.entry, "destroyed") ?? true);
  return chain(ended, (existed) => {
    if (loaded && existed) tellEnded(core, [loaded.record.id], "destroyed");
    endUnit(batch);
    return unit.claimed ? "clear" : undefined;
  });
}

function start(
  own: Stateless,
  batch: Batch,
  { replaced, anew }: Extract<Plan, { kind: "start" }>,
): MaybePromise<CookieChange> {
  const { core, ledger } = own;
  const { intent } = batch;
  requireWelcome(batch);
  // Of a session that ended only what came after the login goes along.
  const text = anew ? JSON.stringify(replay({}, batch.changes, (_, late) => late)) : batch.snapshot;
  // A user who logs in again in place of a session gives up that one for it, and no other at the limit. Otherwise the new one is
  // there first: what fails in between then costs nobody their session.
  const makesRoom = replaced && replaced.record.userId === intent.login?.userId;
  const release = () =>
    chain(replaced && ledger?.end(replaced.session, replaced.entry, "replaced"), () => {
      if (replaced) tellEnded(core, [replaced.record.id], "regenerated");
    });
  // The response to a failure tells the client nothing of the new session, so that is taken back.
  const takeBack = (session: CarriedSession) => (error: unknown) =>
    chain(session.registered && ledger?.end({ id: session.id }, undefined, "destroyed"), () => {
      throw error;
    });
  return chain(issue(own, batch, undefined, text), ({ session, token }) =>
    chain<unknown, CookieChange>(makesRoom && release(), () =>
      chain<unknown, CookieChange>(
        intent.login && ledger?.logIn(session, undefined, core.limit, batch.device),
        () =>
          chain<unknown, CookieChange>(!makesRoom && attempt(release, takeBack(session)), () => {
            core.events.emit("created", { id: session.id, userId: session.userId ?? undefined });
            return written(batch, session, token, text);
          }),
      ),
    ),
  );
}

function renew(own: Stateless, batch: Batch, loaded: CarriedRecord): MaybePromise<CookieChange> {
  const { core, ledger } = own;
  const { intent, changed, snapshot } = batch;
  const { login, auth, rotate } = intent;
  requireCarrier(batch);
  // Data that was not changed goes on in the shape that it has, though this request may have it in a newer one.
  const text = changed || login ? snapshot : loaded.record.data;
  return chain(issue(own, batch, loaded, text), ({ session, token }) => {
    // Whatever changes who the user is, or counts for, ends the tokens of before.
    const goesOn =
      login || auth
        ? (ledger?.logIn(session, loaded.entry, core.limit, batch.device) ?? true)
        : !session.registered || !ledger || ledger.touch(session);
    return chain<boolean, CookieChange>(goesOn, (alive) => {
      if (!alive && !login) return lose(batch, "gone");
      if (!alive) {
        // Credentials were checked, so a login stands: over what the session is by now, or in one of its own. Each time somebody else
        // has written; that this ends must not hang on the store's word.
        countTry(batch);
        return decideAgain(own, batch);
      }
      if (rotate && session.epoch > loaded.session.epoch) {
        core.events.emit("rotated", { id: session.id });
      }
      return written(batch, session, token, text);
    });
  });
}

/** The next token and what it says. */
function issue(
  { codec, core, ledger }: Stateless,
  batch: Batch,
  before: CarriedRecord | undefined,
  text: string,
): MaybePromise<{ readonly session: CarriedSession; readonly token: SessionToken }> {
  const { login } = batch.intent;
  return chain<unknown, { session: CarriedSession; token: SessionToken }>(
    batch.changed && checkValues(core, text),
    () =>
      chain(login && ledger?.loginTime(login.userId), (loginAt) => {
        batch.now = core.clock();
        const session = composeSession(batch, before, text, loginAt ?? batch.now);
        return chain(codec.encode(session), (token) => ({ session, token: token as SessionToken }));
      }),
  );
}

/** The unit goes on from what the client has now, with the data as its handlers may see it. */
function written(
  { core, unit, copy, intent, loaded }: Batch,
  session: CarriedSession,
  token: SessionToken,
  text: string,
): CookieChange {
  unit.loaded = carriedRecord(session);
  unit.claimed = true;
  copy.committed(text);
  tellIdentity(core, session, intent, loaded?.state.auth);
  return token;
}
