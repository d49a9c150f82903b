import { clearCookie, setCookie } from "../cookie/write.ts";
import {
  CookieDeliveryError,
  CrossOriginError,
  SessionConflictError,
  SessionLimitError,
} from "../errors.ts";
import type { EventHub } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import { hostOf, isLoopback, isSecure } from "../request/request.ts";
import type { StoreCaller } from "../store/caller.ts";
import type { CreateOutcome, UpdateOutcome } from "../store/contract.ts";
import { mintNonce, type SessionToken } from "../token/token.ts";
import { admissible, assess, type Situation } from "./assess.ts";
import { type Changes, replay } from "./changes.ts";
import {
  composeMarker,
  composeNext,
  composeStart,
  type Draft,
  type DraftFacts,
  pendingToken,
} from "./compose.ts";
import { seen } from "./lifetime.ts";
import type { Settings } from "./options.ts";
import { type LoadedRecord, openRecord, parseData } from "./record.ts";
import type { DataSchema } from "./schema.ts";
import { isAuthorised, matchSecret } from "./secrets.ts";
import { type Intent, noIntent, type SessionUnit } from "./unit.ts";

/** A response header to be added: name in lower case, value. */
export type HeaderPair = readonly [name: string, value: string];

/** A writer that loses this often in a row gives up: each loss means that somebody else's commit went through. */
const MAX_ATTEMPTS = 100;

/** What one commit took along of its unit. */
interface Batch {
  readonly unit: SessionUnit;
  readonly opened: LoadedRecord | undefined;
  readonly intent: Intent;
  readonly changed: boolean;
  readonly changes: Changes;
  /** The unit's data as text when the batch was taken; empty where nothing of it changed. */
  readonly snapshot: string;
  /** The headers had not left when the commit began, so they can still bring a cookie. */
  readonly deliverable: boolean;
}

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
    const done = this.#commitNow(unit);
    if (!isPromise(done)) return done;
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    unit.committing = settled.then(() => {
      unit.committing = undefined;
    });
    return done;
  }

  #commitNow(unit: SessionUnit): MaybePromise<HeaderPair[]> {
    const changed = unit.copy.isChanged() || unit.flash.isChanged;
    const { intent } = unit;
    if (unit.degraded) {
      // Whatever this request did cannot be saved, and what the client holds must stay as it is.
      if (changed || intent.login || intent.destroy) throw unit.degraded;
      return this.#headers(unit, undefined, false);
    }
    const batch: Batch = {
      unit,
      opened: unit.loaded,
      intent,
      changed,
      changes: unit.copy.changes(),
      snapshot:
        changed || intent.login || intent.regenerate ? JSON.stringify(unit.copy.values()) : "",
      deliverable: !unit.headersLeft,
    };
    unit.intent = { ...intent, touch: false, rotate: false };
    return attempt(
      () => this.#step(batch, batch.opened, 1),
      (error) => {
        const { touch, rotate } = unit.intent;
        unit.intent = { ...intent, touch: intent.touch || touch, rotate: intent.rotate || rotate };
        throw error;
      },
    );
  }

  #step(
    batch: Batch,
    current: LoadedRecord | undefined,
    tries: number,
  ): MaybePromise<HeaderPair[]> {
    const { unit, opened, intent, changed } = batch;
    const { lifetime, clock } = this.#settings;
    const { presented, stray } = unit;
    const now = clock();
    const facts = { opened, current, presented, intent, changed, stray, lifetime, now };
    const situation = assess(facts);
    switch (situation.kind) {
      case "idle":
        return this.#settle(batch, this.#resend(unit, situation.current, now));
      case "touch":
        return this.#touch(batch, situation.current, now);
      case "end":
        return this.#end(batch, situation);
      case "lost":
        return this.#lost(batch, situation.reason);
      case "start":
        return this.#start(batch, situation, now);
      case "continue":
        return this.#continue(batch, situation, now, tries);
    }
  }

  #touch(batch: Batch, current: LoadedRecord, now: number): MaybePromise<HeaderPair[]> {
    const { unit } = batch;
    const times = seen(now, current.state.endsAt, this.#settings.lifetime);
    const answer = attempt<"ok" | "gone" | "failed">(
      () => this.#store.touch(current.record.id, times),
      (error) => {
        // Nothing of the request is lost with it: `onStoreError: "anonymous"` goes on, and the event has been emitted.
        if (this.#settings.onStoreError === "anonymous") return "failed";
        throw error;
      },
    );
    return chain(answer, (outcome) => {
      if (outcome === "gone") return this.#lost(batch, "gone");
      if (outcome === "ok") unit.loaded = { ...current, record: { ...current.record, ...times } };
      return this.#settle(batch, this.#resend(unit, current, now));
    });
  }

  #end(batch: Batch, { record }: Extract<Situation, { kind: "end" }>): MaybePromise<HeaderPair[]> {
    const { unit } = batch;
    return chain(record ? this.#store.destroy(record.id) : false, (existed) => {
      if (record && existed) this.#events.emit("ended", { id: record.id, reason: "destroyed" });
      unit.ended = true;
      unit.loaded = undefined;
      const headers = this.#settle(batch, undefined);
      return unit.claimed ? [...this.#clearing(), ...headers] : headers;
    });
  }

  /** The session ended under this request: nothing is written, and whoever ended it decides what comes next. */
  #lost(batch: Batch, reason: "gone" | "superseded"): HeaderPair[] {
    const { unit, opened } = batch;
    const id = opened?.record.id ?? unit.identity.id;
    this.#events.emit("commit-lost", { id, reason });
    unit.ended = true;
    unit.loaded = undefined;
    const headers = this.#settle(batch, undefined);
    // A client that was superseded has a newer cookie, or is about to get it: clearing would log it out.
    return reason === "gone" && batch.deliverable ? [...this.#clearing(), ...headers] : headers;
  }

  #start(
    batch: Batch,
    { replaces }: Extract<Situation, { kind: "start" }>,
    now: number,
  ): MaybePromise<HeaderPair[]> {
    const { unit, opened, intent } = batch;
    this.#requireWelcome(batch);
    // Of a session that ended, or was another user's, only what came after the login goes along.
    const data =
      opened && !intent.regenerate ? replay({}, batch.changes, (_, late) => late) : undefined;
    return chain(this.#checked(data ?? unit.copy.values(), batch), (text) => {
      const draft = composeStart(this.#draftFacts(batch, text, now));
      return chain(this.#create(batch, draft), (created) => {
        this.#announce(created, batch, "created");
        const id = created.next.record.id;
        const retired = replaces ? this.#leaveMarker(replaces, id) : undefined;
        return chain(retired, () => this.#adopt(batch, created));
      });
    });
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
      batch.unit.forgetIdentity();
      const { data, createdAt } = draft.next.record;
      return this.#create(batch, composeStart(this.#draftFacts(batch, data, createdAt)), tries + 1);
    });
  }

  /** Ends a session that another one replaces, whatever is being written to it at the same time. */
  #leaveMarker(replaced: LoadedRecord, by: string, tries = 1): MaybePromise<void> {
    const { lifetime, clock } = this.#settings;
    const { id, version } = replaced.record;
    const marker = composeMarker(replaced, clock(), lifetime.rotationGrace);
    const outcome =
      lifetime.rotationGrace > 0
        ? this.#store.update(marker, version, undefined)
        : this.#store.destroy(id);
    return chain<UpdateOutcome | boolean, void>(outcome, (answer) => {
      if (answer !== "stale") {
        if (answer !== "gone") this.#events.emit("ended", { id, reason: "regenerated" });
        return;
      }
      if (tries >= MAX_ATTEMPTS) return chain(this.#store.destroy(id), () => undefined);
      return chain(this.#store.read(id), (record) =>
        record ? this.#leaveMarker(openRecord(record), by, tries + 1) : undefined,
      );
    });
  }

  #continue(
    batch: Batch,
    { current, match }: Extract<Situation, { kind: "continue" }>,
    now: number,
    tries: number,
  ): MaybePromise<HeaderPair[]> {
    const { unit, opened, intent } = batch;
    const fresh = current === opened ? undefined : this.#replayed(batch, current);
    return chain(fresh, (values) => {
      const written = batch.changed || intent.login !== undefined;
      const text = written
        ? this.#checked(values ?? unit.copy.values(), batch)
        : current.record.data;
      return chain(text, (data) => {
        const draft = composeNext(current, match, this.#draftFacts(batch, data, now));
        if (draft.token !== undefined) this.#requireCarrier(batch);
        const { record } = draft.next;
        const answer = this.#store.update(record, current.record.version, this.#limitFor(intent));
        return chain(answer, (outcome) => {
          this.#refuseFull(outcome);
          if (outcome === "gone") return this.#step(batch, undefined, tries);
          if (outcome === "stale") return this.#retry(batch, tries);
          this.#announceEvicted(outcome);
          this.#announce(draft, batch, draft.rotated ? "rotated" : undefined);
          return this.#adopt(batch, draft);
        });
      });
    });
  }

  #retry(batch: Batch, tries: number): MaybePromise<HeaderPair[]> {
    if (tries >= MAX_ATTEMPTS) throw new SessionConflictError(tries);
    const id = batch.opened?.record.id;
    if (id === undefined) return this.#step(batch, undefined, tries + 1);
    this.#events.emit("conflict", { id, attempt: tries });
    return chain(this.#store.read(id), (record) =>
      this.#step(batch, record && openRecord(record), tries + 1),
    );
  }

  /** This request's changes on top of what others have written meanwhile. */
  #replayed(
    { opened, intent, changes }: Batch,
    current: LoadedRecord,
  ): MaybePromise<Record<string, unknown>> {
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

  /** The text to be written, once the schema has agreed to it. */
  #checked(values: Record<string, unknown>, batch: Batch): MaybePromise<string> {
    const text = values === batch.unit.copy.values() ? batch.snapshot : JSON.stringify(values);
    if (this.#schema === undefined || !batch.changed) return text;
    return chain(this.#schema.check(parseData(text)), () => text);
  }

  /** The unit goes on from what was written. */
  #adopt(batch: Batch, draft: Draft): HeaderPair[] {
    const { unit } = batch;
    unit.loaded = draft.next;
    unit.claimed = true;
    if (draft.presented) unit.presented = draft.presented;
    if (batch.snapshot !== "") {
      unit.copy.committed(batch.changes, batch.snapshot, draft.next.record.data);
    }
    return this.#settle(batch, draft.token);
  }

  #settle({ unit, snapshot, deliverable }: Batch, token: SessionToken | undefined): HeaderPair[] {
    const { touch, rotate } = unit.intent;
    unit.intent = { ...noIntent(), touch, rotate };
    unit.forgetIdentity();
    if (snapshot !== "") unit.flash.committed();
    return this.#headers(unit, token, deliverable);
  }

  #headers(unit: SessionUnit, token: SessionToken | undefined, deliverable: boolean): HeaderPair[] {
    const headers: HeaderPair[] = [];
    if (token !== undefined && deliverable) {
      const { cookie, clock } = this.#settings;
      const state = unit.loaded?.state;
      const lasting = cookie.persistent || state?.remember;
      const maxAge = state && lasting ? (state.endsAt - clock()) / 1000 : undefined;
      // A shared cache that kept this response would hand one client's token to the next (RFC 9111 section 7.3).
      headers.push(["set-cookie", setCookie(cookie, token, maxAge)], ["cache-control", "no-store"]);
    }
    if (unit.looked) headers.push(["vary", "Cookie"]);
    return headers;
  }

  #clearing(): HeaderPair[] {
    return [
      ["set-cookie", clearCookie(this.#settings.cookie)],
      ["cache-control", "no-store"],
    ];
  }

  /** A rotation's token goes out again until the client comes with it: a lost response costs nothing. */
  #resend(
    unit: SessionUnit,
    current: LoadedRecord | undefined,
    now: number,
  ): SessionToken | undefined {
    if (current?.state.pending === undefined || unit.presented === undefined) return undefined;
    const match = matchSecret(current.state, unit.presented.hash, now);
    return isAuthorised(match) ? pendingToken(current, match, unit.presented) : undefined;
  }

  #draftFacts(batch: Batch, data: string, now: number): DraftFacts {
    const { unit, intent } = batch;
    const { identity, presented, flash } = unit;
    const { lifetime, random } = this.#settings;
    const nonce = intent.rotate ? mintNonce(random) : "";
    return { intent, identity, presented, flash, data, nonce, lifetime, now };
  }

  #limitFor(intent: Intent): Settings["limit"] {
    return intent.login ? this.#settings.limit : undefined;
  }

  /** A session is about to start: its cookie must be deliverable, and its request one of our own pages'. */
  #requireWelcome(batch: Batch): void {
    const { unit } = batch;
    if (unit.foreign) {
      this.#events.emit("cross-origin-refused", {
        method: unit.request.method ?? "",
        origin: undefined,
      });
      throw new CrossOriginError();
    }
    this.#requireCarrier(batch);
  }

  /** Guarantee 14: a browser would drop the cookie without a word, and every login with it. */
  #requireCarrier({ unit, deliverable }: Batch): void {
    if (!this.#settings.cookie.secure || !deliverable) return;
    if (isSecure(unit.request, unit.facts) !== false) return;
    const host = hostOf(unit.request, unit.facts);
    if (isLoopback(host)) return;
    throw new CookieDeliveryError(
      `cookie ${this.#settings.cookie.name} is Secure and the connection to ${host ?? "this host"} is not: use HTTPS, ` +
        "tell the framework to trust its proxy, or set cookie.secure to false for development",
    );
  }

  #refuseFull(outcome: CreateOutcome | UpdateOutcome): void {
    if (outcome === "full") throw new SessionLimitError(this.#settings.limit?.perUser ?? 0);
  }

  #announceEvicted(outcome: CreateOutcome | UpdateOutcome): void {
    if (typeof outcome === "string") return;
    for (const id of outcome.evicted) this.#events.emit("ended", { id, reason: "evicted" });
  }

  #announce({ next }: Draft, { intent }: Batch, name: "created" | "rotated" | undefined): void {
    const { id, userId } = next.record;
    if (name === "created") this.#events.emit("created", { id, userId: userId ?? undefined });
    if (name === "rotated") this.#events.emit("rotated", { id });
    if (intent.login) this.#events.emit("login", { id, userId: intent.login.userId });
  }
}
