import { SessionConflictError } from "../../errors.ts";
import { all, attempt, chain, type MaybePromise } from "../../promise.ts";
import { MAX_ATTEMPTS } from "../../session/batch.ts";
import type { Core } from "../../session/core.ts";
import type { DeviceInfo } from "../../session/device.ts";
import { heedLimit } from "../../session/limit.ts";
import type {
  CreateOutcome,
  SessionLimit,
  SessionRecord,
  UpdateOutcome,
} from "../../store/contract.ts";
import { mintMark, type SessionId } from "../../token/token.ts";
import { LOGIN_STEP } from "../carried.ts";
import type { CarriedSession } from "../codec.ts";
import { EntryCache } from "./cache.ts";
import { type Entry, entryRecord, FIRST, type KnownEntry, readEntry } from "./entry.ts";
import { isGood, SLACK_MS, type Standing, standingOf } from "./standing.ts";
import { nextMark, readMark, userMarkId } from "./user-mark.ts";

/** Whom an entry is about. */
type Subject = Pick<CarriedSession, "id"> & Partial<CarriedSession>;

export interface Checked {
  readonly standing: Standing;
  readonly entry: KnownEntry | undefined;
}

/** What must be remembered of sessions that live in their tokens, in a store of its own. The only file of theirs that calls one. */
export class Ledger {
  readonly #core: Core;
  readonly #cache: EntryCache;

  constructor(core: Core, stalenessMs: number) {
    this.#core = core;
    this.#cache = new EntryCache(stalenessMs);
  }

  /** What a genuine token is worth by now: one read, and another one for a login that is not registered. */
  check(session: CarriedSession): MaybePromise<Checked> {
    const { id } = session;
    const cached = this.#cache.has(id);
    return chain(this.#weigh(session), (checked) => {
      if (!cached || isGood(checked.standing)) return checked;
      // Who is put out by an answer that may be out of date has a right to a fresh one: its login may be newer.
      this.#cache.delete(id);
      return this.#weigh(session);
    });
  }

  #weigh(session: CarriedSession): MaybePromise<Checked> {
    const { clock, cookie, timeouts } = this.#core;
    const { id, userId, registered } = session;
    const marked = userId !== null && !registered;
    const reads = [
      this.#read(id),
      marked ? this.#read(userMarkId(userId, cookie.name)) : undefined,
    ];
    return chain(all(reads), ([record, mark]) => {
      const entry = record && readEntry(record);
      const facts = { now: clock(), timeouts };
      return { entry, standing: standingOf(session, entry, mark && readMark(mark), facts) };
    });
  }

  /** The client has come with the token of an epoch: from now on those of before run out. */
  acknowledge(session: CarriedSession, known: KnownEntry | undefined): MaybePromise<Checked> {
    const since = this.#core.clock();
    const { epoch } = session;
    const entry = (before: Entry | undefined, vanished: boolean) => {
      // A login that was written down has ended, and must not be written down again.
      if (vanished) return undefined;
      const { ended, ...rest } = before ?? FIRST;
      if (ended || rest.epoch >= epoch) return undefined;
      // Of two rotations in a row nobody's request in flight has less than its grace; what ran out before never has another.
      const inGrace = since < rest.since + this.#core.timeouts.rotationGrace;
      return { ...rest, epoch, since, oldest: inGrace ? rest.oldest : rest.epoch };
    };
    return chain(this.#put(session, known, entry), () => this.check(session));
  }

  /** A login makes every token of before worthless, and counts at the limit. `false` if its session has ended, or got another token, meanwhile. */
  logIn(
    session: CarriedSession,
    known: KnownEntry | undefined,
    limit: SessionLimit | undefined,
    device?: DeviceInfo,
  ): MaybePromise<boolean> {
    const { epoch, since } = session;
    // A session that nobody knew before has nothing to be superseded.
    if (epoch === 0 && !limit) return true;
    const entry = (before: Entry | undefined, vanished: boolean) => {
      // A login that was written down has ended: nothing may bring its id back.
      if (vanished) return undefined;
      // Another login was faster, perhaps another user's; or a rotation got further than this login knew, which must not outlive it.
      const late = epoch > 0 && (before?.epoch ?? 0) > epoch - LOGIN_STEP;
      if (before?.ended || late) return undefined;
      return { epoch, since, floor: epoch, oldest: epoch, device: device ?? before?.device };
    };
    return chain(this.#put(session, known, entry, limit), (written) => written !== undefined);
  }

  /** The client of a registered login was here. `false` if it has ended. */
  touch(session: CarriedSession): MaybePromise<boolean> {
    const { id, lastSeenAt } = session;
    const times = { lastSeenAt, expiresAt: this.#expiry(session) };
    const touched = this.#forgetting(id, () => this.#core.store.touch(id, times));
    return chain(touched, (outcome) => outcome === "ok");
  }

  /** Ends a session: every token of it is worthless. Whether it was alive, as far as anybody knows. */
  end(
    { id, expiresAt = 0 }: Subject,
    known: KnownEntry | undefined,
    ended: "destroyed" | "replaced",
  ): MaybePromise<boolean> {
    const since = this.#core.clock();
    const entry = (before: Entry | undefined, vanished: boolean) =>
      before?.ended || vanished ? undefined : { ...FIRST, ...before, since, ended };
    // Without its user: what has ended is neither listed nor counted.
    return chain(this.#put({ id, expiresAt }, known, entry), (written) => written !== undefined);
  }

  /** Until when a session may live, as far as is known of it. */
  until(id: SessionId): MaybePromise<number | undefined> {
    return chain(this.#core.store.read(id), (record) => {
      if (!record) return Infinity;
      return readEntry(record).ended ? undefined : Infinity;
    });
  }

  /** The same, of a session of which only the id is known. */
  async revoke(id: SessionId): Promise<boolean> {
    const record = await this.#core.store.read(id);
    return this.end({ id }, record && readEntry(record), "destroyed");
  }

  /** Ends all logins of a user. The ids of those that are registered. */
  async revokeUser(userId: string, except: SessionId | undefined): Promise<readonly SessionId[]> {
    const { cookie, store } = this.#core;
    await this.#mark(userMarkId(userId, cookie.name), except);
    // Also without a limit: another process, or this one before a deploy, may have written logins down, and for those no mark counts.
    const logins = (await store.listByUser?.(userId)) ?? [];
    const ended = logins
      .filter(({ id }) => id !== except)
      .map(async ({ id, expiresAt, version }) => {
        // Not just removed: without an entry the tokens of before the login would be good again.
        const existed = await this.end({ id, expiresAt }, { ...FIRST, version }, "destroyed");
        return existed ? id : [];
      });
    return (await Promise.all(ended)).flat();
  }

  /** The moment of a login: after whatever has ended the user's logins, also if that was by a clock that is ahead of ours. */
  loginTime(userId: string): MaybePromise<number> {
    const { clock, cookie, store } = this.#core;
    return chain(store.read(userMarkId(userId, cookie.name)), (record) => {
      const { notBefore } = record ? readMark(record) : { notBefore: 0 };
      return Math.max(clock(), notBefore + 1);
    });
  }

  #read(id: SessionId): MaybePromise<SessionRecord | undefined> {
    const { clock, store } = this.#core;
    const now = clock();
    const known = this.#cache.get(id, now);
    if (known) return known.record;
    const answer = this.#cache.asking(id, now);
    return chain(store.read(id), (record) => {
      answer?.(record);
      return record;
    });
  }

  /**
   * Writes what `next` makes of the entry, or nothing if it makes nothing; again on what is there if somebody else was faster.
   * `vanished`: there was one, and now there is none.
   */
  #put(
    session: Subject,
    known: KnownEntry | undefined,
    next: (before: Entry | undefined, vanished: boolean) => Entry | undefined,
    limit?: SessionLimit,
    by = mintMark(this.#core.random),
    tries = 1,
  ): MaybePromise<Entry | undefined> {
    const { clock, store } = this.#core;
    const changed = next(known, tries > 1 && !known);
    if (!changed) return undefined;
    const entry = { ...changed, by };
    const { id, registered } = session;
    const version = (known?.version ?? 0) + 1;
    const place = { version, now: clock(), expiresAt: this.#expiry(session) };
    const record = entryRecord(registered ? session : { id }, entry, place);
    const answer = this.#forgetting<CreateOutcome | UpdateOutcome>(id, () =>
      known ? store.update(record, known.version, limit) : store.create(record, limit),
    );
    return chain(answer, (outcome) => {
      if (outcome === "exists" || outcome === "stale" || outcome === "gone") {
        if (tries === MAX_ATTEMPTS) throw new SessionConflictError(tries);
        return chain(store.read(id), (record) => {
          const fresh = record && readEntry(record);
          // Its own: the reply was lost, and the client of the store sent it twice.
          if (fresh?.by === by) return fresh;
          return this.#put(session, fresh, next, limit, by, tries + 1);
        });
      }
      heedLimit(this.#core, outcome);
      const evicted = typeof outcome === "object" ? outcome.evicted : [];
      // The store has removed them: without an entry the tokens of before their logins would be good again.
      const ended = evicted.map((it) => this.end({ id: it }, undefined, "destroyed"));
      return chain(all(ended), () => entry);
    });
  }

  /** Whatever comes of the write, what was known before it is not relied upon. */
  #forgetting<T>(id: SessionId, write: () => MaybePromise<T>): MaybePromise<T> {
    const answer = attempt(write, (error) => {
      this.#cache.delete(id);
      throw error;
    });
    return chain(answer, (outcome) => {
      this.#cache.delete(id);
      return outcome;
    });
  }

  async #mark(id: SessionId, except: SessionId | undefined): Promise<void> {
    const { clock, store } = this.#core;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const before = await store.read(id);
      const now = clock();
      const mark = nextMark(before && readMark(before), now, except);
      const version = (before?.version ?? 0) + 1;
      const record = entryRecord({ id }, mark, { version, now, expiresAt: this.#expiry({ id }) });
      const outcome = before
        ? await store.update(record, before.version)
        : await store.create(record);
      this.#cache.delete(id);
      if (outcome === "ok") return;
    }
    throw new SessionConflictError(MAX_ATTEMPTS);
  }

  /** As long as a token could live that must not be taken any more, or a registered login without a visit. */
  #expiry({ registered, expiresAt = 0 }: Subject): number {
    const { clock, timeouts } = this.#core;
    // Visits are written down at most so often, and none of them may outlive it.
    if (registered) return expiresAt + timeouts.touchEvery;
    return Math.max(expiresAt, clock() + timeouts.idle) + SLACK_MS;
  }
}
