import { SessionConflictError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { StoreCaller } from "../store/caller.ts";
import type { SessionTimes } from "../store/contract.ts";
import type { SessionId } from "../token/token.ts";
import { admissible, assess, matchOf, type Situation } from "./assess.ts";
import { type Batch, endUnit, restoreBatch, takeBatch } from "./batch.ts";
import { replay } from "./changes.ts";
import { composeMarker, composeNext, composeStart, type Draft, pendingToken } from "./compose.ts";
import {
  type CookieChange,
  type HeaderPair,
  headersFor,
  requireCarrier,
  requireWelcome,
} from "./delivery.ts";
import { seen } from "./lifetime.ts";
import { heedLimit } from "./limit.ts";
import type { Settings } from "./options.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import type { DataSchema } from "./schema.ts";
import { isAuthorised } from "./secrets.ts";
import type { SessionUnit } from "./unit.ts";

/** A writer that loses this often in a row gives up: each loss means that somebody else's commit went through. */
const MAX_ATTEMPTS = 100;

type Of<Kind> = Extract<Situation, { kind: Kind }>;

/** Writes units of work down: decides by `assess`, writes conditionally, and decides again if somebody was faster. */
export class Committer {
  readonly #settings: Settings;
  readonly #store: StoreCaller;
  readonly #schema: DataSchema | undefined;
  readonly #events: EventHub;

  constructor(
    settings: Settings,
    store: StoreCaller,
    schema: DataSchema | undefined,
    events: EventHub,
  ) {
    this.#settings = settings;
    this.#store = store;
    this.#schema = schema;
    this.#events = events;
  }

  /** The headers that the response needs. Nothing is written, and none is needed, where nothing happened. */
  commit(unit: SessionUnit): MaybePromise<HeaderPair[]> {
    if (unit.committing) return unit.committing.then(() => this.commit(unit));
    const done = chain(this.#commitNow(unit), (change) => headersFor(unit, change, this.#settings));
    if (!isPromise(done)) return done;
    const settled = () => {
      unit.committing = undefined;
    };
    unit.committing = done.then(settled, settled);
    return done;
  }

  #commitNow(unit: SessionUnit): MaybePromise<CookieChange> {
    // What a request still does to a session that ended under it is lost like what it did before.
    if (unit.ended) return;
    const { loaded: opened, presented, intent, opening } = unit;
    const { match, degraded } = opening;
    const stray = match === "superseded";
    const changed = unit.copy.isChanged() || unit.flash.isChanged;
    if (degraded) {
      // Whatever this request did cannot be saved, and what the client holds must stay as it is.
      if (changed || intent.login || intent.destroy) throw degraded;
      return;
    }
    const { clock, lifetime } = this.#settings;
    const facts = { opened, presented, intent, changed, stray, now: clock() };
    const situation = assess(facts, opened, lifetime);
    if (situation.kind === "idle" && !situation.resend) {
      unit.intent = {};
      return;
    }
    const batch = takeBatch(unit, facts);
    return attempt(
      () =>
        chain(this.#act(batch, situation), (change) => {
          batch.prospect.renew();
          unit.underWay = undefined;
          return batch.deliverable ? change : undefined;
        }),
      (error) => {
        restoreBatch(batch);
        throw error;
      },
    );
  }

  #act(batch: Batch, situation: Situation): MaybePromise<CookieChange> {
    switch (situation.kind) {
      case "end":
        return this.#end(batch);
      case "lost":
        return this.#lost(batch, situation.reason);
      case "start":
        return this.#start(batch, situation.replaces);
      case "continue":
        return this.#continue(batch, situation);
      default:
        return this.#stay(batch, situation);
    }
  }

  /** Decides again, on what the store holds now. */
  #actOn(batch: Batch, current: LoadedRecord | undefined): MaybePromise<CookieChange> {
    batch.now = this.#settings.clock();
    return this.#act(batch, assess(batch, current, this.#settings.lifetime));
  }

  #again(batch: Batch, id: SessionId): MaybePromise<CookieChange> {
    return chain(this.#read(id), (current) => this.#actOn(batch, current));
  }

  #stay(batch: Batch, situation: Of<"idle" | "touch">): MaybePromise<CookieChange> {
    const { resend } = situation;
    // A rotation's token goes out again until the client comes with it: a lost response costs nothing. What was opened may be long
    // out of date, and a token of before a login would put the client out, so the record is read again first.
    if (resend && batch.tries === 1) {
      countTry(batch);
      return this.#again(batch, resend.record.id);
    }
    const token = resend && pendingToken(resend, batch.presented);
    if (token) requireCarrier(batch, this.#settings);
    const there = situation.kind === "idle" || this.#touch(batch, situation.current);
    return chain(there, (found) => {
      if (!found) return this.#lost(batch, "gone");
      batch.copy.committed(batch.snapshot);
      return token;
    });
  }

  /** Whether the session is there still. */
  #touch({ unit, opened, now }: Batch, current: LoadedRecord): MaybePromise<boolean> {
    const { lifetime, onStoreError } = this.#settings;
    const times = seen(now, current.state.endsAt, lifetime);
    const written = attempt<Partial<SessionTimes> | undefined>(
      () =>
        chain(this.#store.touch(current.record.id, times), (outcome) =>
          outcome === "ok" ? times : undefined,
        ),
      (error) => {
        // Nothing of the request is lost with it: `onStoreError: "anonymous"` goes on, and the event has been emitted.
        if (onStoreError !== "anonymous") throw error;
        // It is not tried again in this request, which would wait for the store once more.
        return { lastSeenAt: now };
      },
    );
    return chain(written, (moved) => {
      if (!moved) return false;
      // What others have written since is not in this request's data, so it goes on from the version that it opened.
      const { record, state } = opened ?? current;
      unit.loaded = { state, record: { ...record, ...moved } };
      return true;
    });
  }

  #end(batch: Batch): MaybePromise<CookieChange> {
    const id = batch.opened?.record.id;
    return chain(id ? this.#store.destroy(id) : false, (existed) => {
      if (id && existed) this.#events.emit("ended", { id, reason: "destroyed" });
      endUnit(batch);
      return batch.unit.claimed ? "clear" : undefined;
    });
  }

  /** The session ended under this request: nothing is written, and whoever ended it decides what comes next. */
  #lost(batch: Batch, reason: "gone" | "superseded"): CookieChange {
    const id = batch.opened?.record.id ?? batch.prospect.identity.id;
    this.#events.emit("commit-lost", { id, reason });
    endUnit(batch);
    // A client that was superseded has a newer cookie, or is about to get it: clearing would log it out.
    return reason === "gone" ? "clear" : undefined;
  }

  #start(batch: Batch, replaces: LoadedRecord | undefined): MaybePromise<CookieChange> {
    const { opened, intent } = batch;
    requireWelcome(batch, this.#settings, this.#events);
    // Of a session that ended, or was another user's, only what came after the login goes along.
    const text =
      opened && !intent.regenerate
        ? JSON.stringify(replay({}, batch.changes, (_, late) => late))
        : batch.snapshot;
    // A user who logs in again in place of a session gives up that one for it, and no other at the limit. Otherwise the new one is
    // there first: what fails in between then costs nobody their session.
    const makesRoom = replaces && replaces.record.userId === intent.login?.userId;
    const leaveMarker = () => replaces && this.#leaveMarker(batch, replaces);
    return chain<unknown, CookieChange>(this.#check(batch, text), () =>
      chain<unknown, CookieChange>(makesRoom && leaveMarker(), () =>
        chain(this.#create(batch, text), (draft) => {
          const { id, userId } = draft.next.record;
          const replaced =
            makesRoom ||
            // The response to a failure tells the client nothing of the new session, so that is taken back.
            attempt(leaveMarker, (error) =>
              chain(this.#store.destroy(id), () => {
                throw error;
              }),
            );
          return chain<unknown, CookieChange>(replaced, () => {
            this.#events.emit("created", { id, userId: userId ?? undefined });
            return this.#written(batch, draft, text);
          });
        }),
      ),
    );
  }

  #create(batch: Batch, data: string): MaybePromise<Draft> {
    const { limit } = this.#settings;
    const draft = composeStart(batch, data, this.#settings);
    const answer = this.#store.create(draft.next.record, batch.intent.login && limit);
    return chain(answer, (outcome) => {
      if (outcome === "exists") {
        countTry(batch);
        batch.prospect.renew();
        return this.#create(batch, data);
      }
      heedLimit(outcome, limit, this.#events);
      return draft;
    });
  }

  /** Ends a session that another one replaces, whatever is being written to it at the same time. */
  #leaveMarker(batch: Batch, replaced: LoadedRecord): MaybePromise<void> {
    const { id, version } = replaced.record;
    const now = this.#settings.clock();
    // By now a login may have taken the session over, from which this request's token has nothing to say any more.
    if (!isAuthorised(matchOf(batch.presented, replaced, now))) return;
    const marker = composeMarker(replaced, now, this.#settings.lifetime.rotationGrace);
    return chain(this.#store.update(marker, version, undefined), (outcome) => {
      if (outcome === "stale") {
        countTry(batch);
        return chain(this.#read(id), (newer) => newer && this.#leaveMarker(batch, newer));
      }
      if (outcome !== "gone") this.#events.emit("ended", { id, reason: "regenerated" });
    });
  }

  #continue(batch: Batch, { current, match }: Of<"continue">): MaybePromise<CookieChange> {
    const { limit } = this.#settings;
    const { login } = batch.intent;
    const { id, version, data } = current.record;
    return chain(this.#merged(batch, current), (text) =>
      chain(this.#check(batch, text), () => {
        // Data that was not changed may be stored in yesterday's shape still; this request has it in today's.
        const draft = composeNext(
          current,
          match,
          batch,
          batch.changed || login ? text : data,
          this.#settings,
        );
        if (draft.token) requireCarrier(batch, this.#settings);
        const answer = this.#store.update(draft.next.record, version, login && limit);
        return chain(answer, (outcome) => {
          if (outcome === "gone") return this.#actOn(batch, undefined);
          if (outcome === "stale") {
            const attempt = countTry(batch);
            this.#events.emit("conflict", { id, attempt });
            return this.#again(batch, id);
          }
          heedLimit(outcome, limit, this.#events);
          if (draft.rotated) this.#events.emit("rotated", { id });
          if (login || isAuthorised(match)) return this.#written(batch, draft, text);
          // A login has made this request's token worthless. What it did before was written, as far as that may be; the session
          // that is there now is none of its business.
          endUnit(batch);
        });
      }),
    );
  }

  /** This request's data; on top of what others have written, if they have meanwhile. */
  #merged(batch: Batch, current: LoadedRecord): MaybePromise<string> {
    const { opened, intent, changes, snapshot } = batch;
    if (current === opened) return snapshot;
    const { id, data } = current.record;
    const stored = parseData(data);
    return chain(this.#schema?.load(id, stored) ?? stored, (values) => {
      const allowed = admissible(opened, current, intent);
      if (allowed && [...changes.keys].some(([key, { late }]) => !allowed(key, late))) {
        this.#events.emit("commit-lost", { id, reason: "superseded" });
      }
      return JSON.stringify(replay(values, changes, allowed));
    });
  }

  /** The schema has to agree to what was changed. */
  #check({ changed }: Batch, text: string): MaybePromise<void> {
    if (changed) return this.#schema?.check(parseData(text));
  }

  /** The unit goes on from what was written, with the data as its handlers may see it. */
  #written(
    { unit, copy, intent }: Batch,
    { next, token, presented }: Draft,
    text: string,
  ): CookieChange {
    unit.loaded = next;
    unit.claimed = true;
    unit.presented = presented ?? unit.presented;
    copy.committed(text);
    const { login } = intent;
    if (login) this.#events.emit("login", { id: next.record.id, userId: login.userId });
    return token;
  }

  #read(id: SessionId): MaybePromise<LoadedRecord | undefined> {
    return chain(this.#store.read(id), (record) => record && openRecord(record));
  }
}

/** Which try it was that somebody else's write has foiled. */
function countTry(batch: Batch): number {
  if (batch.tries >= MAX_ATTEMPTS) throw new SessionConflictError(batch.tries);
  return batch.tries++;
}
