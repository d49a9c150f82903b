import { SessionConflictError, SessionLimitError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { StoreCaller } from "../store/caller.ts";
import type { CreateOutcome, UpdateOutcome } from "../store/contract.ts";
import { mintNonce, type SessionId } from "../token/token.ts";
import { admissible, assess, matchOf, type Situation } from "./assess.ts";
import { Batch } from "./batch.ts";
import { replay, type Values } from "./changes.ts";
import {
  composeMarker,
  composeNext,
  composeStart,
  type Draft,
  type DraftFacts,
  pendingToken,
} from "./compose.ts";
import { Delivery, type HeaderPair } from "./delivery.ts";
import { seen } from "./lifetime.ts";
import type { Settings } from "./options.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import type { DataSchema } from "./schema.ts";
import { isAuthorised } from "./secrets.ts";
import type { Intent, SessionUnit } from "./unit.ts";

/** A writer that loses this often in a row gives up: each loss means that somebody else's commit went through. */
const MAX_ATTEMPTS = 100;

type Start = Extract<Situation, { kind: "start" }>;
type Continue = Extract<Situation, { kind: "continue" }>;

/** Writes units of work down: decides by `assess`, writes conditionally, and decides again if somebody was faster. */
export class Committer {
  readonly #settings: Settings;
  readonly #store: StoreCaller;
  readonly #schema: DataSchema | undefined;
  readonly #events: EventHub;
  readonly #delivery: Delivery;

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
    this.#delivery = new Delivery(settings, events);
  }

  /** The headers that the response needs. Nothing is written, and none is needed, where nothing happened. */
  commit(unit: SessionUnit): MaybePromise<HeaderPair[]> {
    if (unit.committing) return unit.committing.then(() => this.commit(unit));
    const done = this.#commitNow(unit);
    if (!isPromise(done)) return done;
    const settled = () => {
      unit.committing = undefined;
    };
    unit.committing = done.then(settled, settled);
    return done;
  }

  #commitNow(unit: SessionUnit): MaybePromise<HeaderPair[]> {
    // What a request still does to a session that ended under it is lost like what it did before.
    if (unit.ended) return this.#delivery.headers(unit);
    const changed = unit.copy.isChanged() || unit.flash.isChanged;
    const { intent, degraded } = unit;
    if (degraded) {
      // Whatever this request did cannot be saved, and what the client holds must stay as it is.
      if (changed || intent.login || intent.destroy) throw degraded;
      return this.#delivery.headers(unit);
    }
    const situation = this.#assess(unit, unit.loaded, intent, changed);
    if (situation.kind === "idle" && !situation.resend) {
      unit.intent = {};
      return this.#delivery.headers(unit);
    }
    const batch = new Batch(unit, changed);
    return attempt(
      () => this.#step(batch, batch.opened, 1),
      (error) => {
        batch.restore();
        throw error;
      },
    );
  }

  #assess(
    { loaded, presented, stray }: SessionUnit,
    current: LoadedRecord | undefined,
    intent: Intent,
    changed: boolean,
  ): Situation {
    const { lifetime, clock } = this.#settings;
    const now = clock();
    return assess({ opened: loaded, current, presented, intent, changed, stray, lifetime, now });
  }

  #step(
    batch: Batch,
    current: LoadedRecord | undefined,
    tries: number,
  ): MaybePromise<HeaderPair[]> {
    const situation = this.#assess(batch.unit, current, batch.intent, batch.changed);
    switch (situation.kind) {
      case "idle":
        return situation.resend ? this.#resend(batch, current, tries) : this.#pass(batch);
      case "touch":
        if (situation.resend && tries === 1) return this.#again(batch, tries);
        return this.#touch(batch, situation);
      case "end":
        return this.#end(batch, situation);
      case "lost":
        return this.#lost(batch, situation.reason);
      case "start":
        return this.#start(batch, situation);
      case "continue":
        return this.#continue(batch, situation, tries);
    }
  }

  #pass(batch: Batch): HeaderPair[] {
    batch.passed();
    return this.#delivery.headers(batch.unit);
  }

  /**
   * A rotation's token goes out again until the client comes with it: a lost response costs nothing. What was opened may be long
   * out of date, and a token of before a login would put the client out, so the record is read again first.
   */
  #resend(
    batch: Batch,
    current: LoadedRecord | undefined,
    tries: number,
  ): MaybePromise<HeaderPair[]> {
    if (tries === 1 || current === undefined) return this.#again(batch, tries);
    const token = batch.deliverable ? pendingToken(current, batch.presented) : undefined;
    if (token !== undefined) this.#delivery.requireCarrier(batch);
    // What others have written since is not in this request's data, so it goes on from the version that it opened.
    batch.passed();
    return this.#delivery.headers(batch.unit, token);
  }

  #touch(
    batch: Batch,
    { current, resend }: Extract<Situation, { kind: "touch" }>,
  ): MaybePromise<HeaderPair[]> {
    const { lifetime, clock, onStoreError } = this.#settings;
    const now = clock();
    const times = seen(now, current.state.endsAt, lifetime);
    const answer = attempt<"ok" | "gone" | "failed">(
      () => this.#store.touch(current.record.id, times),
      (error) => {
        // Nothing of the request is lost with it: `onStoreError: "anonymous"` goes on, and the event has been emitted.
        if (onStoreError === "anonymous") return "failed";
        throw error;
      },
    );
    return chain(answer, (outcome) => {
      if (outcome === "gone") return this.#lost(batch, "gone");
      const token =
        resend && batch.deliverable ? pendingToken(current, batch.presented) : undefined;
      batch.passed();
      // A failed one is not tried again in this request, which would wait for the store once more.
      const written = outcome === "ok" ? times : { lastSeenAt: now };
      const opened = batch.opened ?? current;
      batch.unit.loaded = { ...opened, record: { ...opened.record, ...written } };
      return this.#delivery.headers(batch.unit, token);
    });
  }

  #end(batch: Batch, { record }: Extract<Situation, { kind: "end" }>): MaybePromise<HeaderPair[]> {
    return chain(record ? this.#store.destroy(record.id) : false, (existed) => {
      if (record && existed) this.#events.emit("ended", { id: record.id, reason: "destroyed" });
      batch.over();
      return this.#delivery.headers(batch.unit, batch.unit.claimed ? "clear" : undefined);
    });
  }

  /** The session ended under this request: nothing is written, and whoever ended it decides what comes next. */
  #lost(batch: Batch, reason: "gone" | "superseded"): HeaderPair[] {
    const id = batch.opened?.record.id ?? batch.prospect.identity.id;
    this.#events.emit("commit-lost", { id, reason });
    batch.over();
    // A client that was superseded has a newer cookie, or is about to get it: clearing would log it out.
    const clears = reason === "gone" && batch.deliverable;
    return this.#delivery.headers(batch.unit, clears ? "clear" : undefined);
  }

  #start(batch: Batch, { replaces }: Start): MaybePromise<HeaderPair[]> {
    this.#delivery.requireWelcome(batch);
    // Of a session that ended, or was another user's, only what came after the login goes along.
    const own = batch.opened === undefined || batch.intent.regenerate === true;
    const values = own ? undefined : replay({}, batch.changes, (_, late) => late);
    return chain(this.#checked(values, batch), (text) => {
      const draft = composeStart(this.#draftFacts(batch, text));
      // A user who logs in again in place of a session gives up that one for it, and no other at the limit. Otherwise the new one is
      // there first: what fails in between then costs nobody their session.
      const makesRoom = replaces && replaces.record.userId === batch.intent.login?.userId;
      const room = makesRoom ? this.#leaveMarker(batch, replaces) : undefined;
      return chain(room, () =>
        chain(this.#create(batch, draft), (created) => {
          const { id, userId } = created.next.record;
          const ended = replaces && !makesRoom ? this.#replace(batch, replaces, id) : undefined;
          return chain(ended, () => {
            this.#events.emit("created", { id, userId: userId ?? undefined });
            return this.#written(batch, created, text);
          });
        }),
      );
    });
  }

  /** The response to a failure tells the client nothing of the new session, so that is taken back. */
  #replace(batch: Batch, replaced: LoadedRecord, by: SessionId): MaybePromise<void> {
    return attempt(
      () => this.#leaveMarker(batch, replaced),
      (error) =>
        chain(this.#store.destroy(by), () => {
          throw error;
        }),
    );
  }

  #create(batch: Batch, draft: Draft, tries = 1): MaybePromise<Draft> {
    const answer = this.#store.create(draft.next.record, this.#limitFor(batch.intent));
    return chain(answer, (outcome) => {
      this.#refuseFull(outcome);
      if (outcome !== "exists") {
        this.#announceEvicted(outcome);
        return draft;
      }
      if (tries >= MAX_ATTEMPTS) throw new SessionConflictError(tries);
      batch.prospect.renew();
      const again = composeStart(this.#draftFacts(batch, draft.next.record.data));
      return this.#create(batch, again, tries + 1);
    });
  }

  /** Ends a session that another one replaces, whatever is being written to it at the same time. */
  #leaveMarker(batch: Batch, replaced: LoadedRecord, tries = 1): MaybePromise<void> {
    const { lifetime, clock } = this.#settings;
    const { id, version } = replaced.record;
    const now = clock();
    // By now a login may have taken the session over, from which this request's token has nothing to say any more.
    if (!isAuthorised(matchOf(batch.presented, replaced, now))) return;
    const marker = composeMarker(replaced, now, lifetime.rotationGrace);
    return chain(this.#store.update(marker, version, undefined), (outcome) => {
      if (outcome !== "stale") {
        if (outcome !== "gone") this.#events.emit("ended", { id, reason: "regenerated" });
        return;
      }
      if (tries >= MAX_ATTEMPTS) throw new SessionConflictError(tries);
      return chain(this.#store.read(id), (record) =>
        record ? this.#leaveMarker(batch, openRecord(record), tries + 1) : undefined,
      );
    });
  }

  #continue(batch: Batch, { current, match }: Continue, tries: number): MaybePromise<HeaderPair[]> {
    const { opened, intent } = batch;
    const fresh = current === opened ? undefined : this.#replayed(batch, current);
    return chain(fresh, (values) => {
      const written = batch.changed || intent.login !== undefined;
      const text = written ? this.#checked(values, batch) : current.record.data;
      return chain(text, (data) => {
        const draft = composeNext(current, match, this.#draftFacts(batch, data));
        if (draft.token !== undefined) this.#delivery.requireCarrier(batch);
        const { record } = draft.next;
        const answer = this.#store.update(record, current.record.version, this.#limitFor(intent));
        return chain(answer, (outcome) => {
          this.#refuseFull(outcome);
          if (outcome === "gone") return this.#step(batch, undefined, tries + 1);
          if (outcome === "stale") return this.#retry(batch, tries);
          this.#announceEvicted(outcome);
          if (draft.rotated) this.#events.emit("rotated", { id: record.id });
          const stranger = !isAuthorised(match) && intent.login === undefined;
          if (stranger) return this.#detach(batch);
          // Data that was not written may be stored in yesterday's shape still; this request has it in today's.
          const shown = values ? JSON.stringify(values) : batch.snapshot;
          return this.#written(batch, draft, written ? data : shown);
        });
      });
    });
  }

  #retry(batch: Batch, tries: number): MaybePromise<HeaderPair[]> {
    const id = batch.opened?.record.id;
    if (tries >= MAX_ATTEMPTS) throw new SessionConflictError(tries);
    if (id !== undefined) this.#events.emit("conflict", { id, attempt: tries });
    return this.#again(batch, tries);
  }

  #again(batch: Batch, tries: number): MaybePromise<HeaderPair[]> {
    const id = batch.opened?.record.id;
    if (id === undefined) return this.#step(batch, undefined, tries + 1);
    return chain(this.#store.read(id), (record) =>
      this.#step(batch, record && openRecord(record), tries + 1),
    );
  }

  /** This request's changes on top of what others have written meanwhile. */
  #replayed(batch: Batch, current: LoadedRecord): MaybePromise<Values> {
    const { opened, intent, changes } = batch;
    const stored = parseData(current.record.data);
    const loaded = this.#schema ? this.#schema.load(current.record.id, stored) : stored;
    return chain(loaded, (values) => {
      const allowed = admissible(opened, current, intent);
      if (allowed && [...changes.keys].some(([key, { late }]) => !allowed(key, late))) {
        this.#events.emit("commit-lost", { id: current.record.id, reason: "superseded" });
      }
      return replay(values, changes, allowed);
    });
  }

  /** The text to be written (without `values` the request's own), once the schema has agreed to it. */
  #checked(values: Values | undefined, batch: Batch): MaybePromise<string> {
    const text = values === undefined ? batch.snapshot : JSON.stringify(values);
    if (this.#schema === undefined || !batch.changed) return text;
    return chain(this.#schema.check(parseData(text)), () => text);
  }

  /** The unit goes on from what was written, with the data as its handlers may see it. */
  #written(batch: Batch, draft: Draft, data = draft.next.record.data): HeaderPair[] {
    const { unit, intent } = batch;
    const { next, token, presented } = draft;
    batch.written(next, data);
    if (presented) unit.presented = presented;
    if (intent.login) {
      this.#events.emit("login", { id: next.record.id, userId: intent.login.userId });
    }
    return this.#delivery.headers(unit, batch.deliverable ? token : undefined);
  }

  /**
   * A login has made this request's token worthless. What it did before was written, as far as that may be; the session that is
   * there now is none of its business.
   */
  #detach(batch: Batch): HeaderPair[] {
    batch.over();
    return this.#delivery.headers(batch.unit);
  }

  #draftFacts(batch: Batch, data: string): DraftFacts {
    const { intent, presented, flash, prospect } = batch;
    const { lifetime, random, clock, cookie } = this.#settings;
    const nonce = intent.rotate ? mintNonce(random) : "";
    const cookieName = cookie.name;
    const now = clock();
    return { intent, prospect, presented, flash, data, nonce, lifetime, cookieName, now };
  }

  #limitFor(intent: Intent): Settings["limit"] {
    return intent.login ? this.#settings.limit : undefined;
  }

  #refuseFull(outcome: CreateOutcome | UpdateOutcome): void {
    if (outcome === "full") throw new SessionLimitError(this.#settings.limit?.perUser ?? 0);
  }

  #announceEvicted(outcome: CreateOutcome | UpdateOutcome): void {
    if (typeof outcome === "string") return;
    for (const id of outcome.evicted) this.#events.emit("ended", { id, reason: "evicted" });
  }
}
