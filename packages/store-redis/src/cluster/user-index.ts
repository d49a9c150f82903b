import type { SessionId, SessionLimit, SessionRecord } from "@coatcheck/core";
import { DESTROY_OF_USER } from "../script/destroy.ts";
import { ENTER, ENTRIES_OF_USER, PRUNE, RESERVE, SETTLE } from "../script/index-scripts.ts";
import { KEPT_MS } from "../script/prelude.ts";
import type { Space } from "../space.ts";
import { type Entry, entriesOf, type Mark, scoresOf } from "./entry.ts";

/** A session as its user's index knows it. */
export interface Login extends Pick<SessionRecord, "id" | "expiresAt" | "authenticatedAt"> {
  readonly userId: string;
}

/** From here on an index is pruned each time it has doubled. */
const CROWDED = 16;

/** The sessions of each user, where they are on other nodes than the index that names them. */
export class UserIndex {
  readonly #space: Space;

  constructor(space: Space) {
    this.#space = space;
  }

  async list(userId: string): Promise<SessionRecord[]> {
    const entries = await this.#entries(userId, false);
    const { live, dead, missing } = await this.#find(userId, entries);
    const now = this.#space.now;
    // One that has only just expired may go on for a process whose clock is a little behind.
    const expired = dead.filter(({ record }) => record.expiresAt < now - KEPT_MS);
    await this.#prune(userId, [...missing, ...expired]);
    return live
      .map(({ record }) => record)
      .sort((a, b) => (b.authenticatedAt ?? 0) - (a.authenticatedAt ?? 0));
  }

  /** Enters a session that has been written. */
  async enter(login: Login): Promise<void> {
    const [count] = await this.#enter(login, 0);
    // What has expired since is only found by a look at each.
    if (Number(count) >= CROWDED && Number.isInteger(Math.log2(Number(count)))) {
      await this.list(login.userId);
    }
  }

  /**
   * The same, and ends the oldest of the others that are too many; the ids of those. At no moment does the index list more than the
   * limit allows. A surplus entry stops being listed at once, and comes back if a look at all shows that others have expired.
   */
  async enterAndEvict(login: Login, { perUser }: SessionLimit): Promise<SessionId[]> {
    const { userId } = login;
    const [, ...others] = await this.#enter(login, perUser);
    if (others.length === 0) return [];
    const { live, dead, missing } = await this.#find(userId, entriesOf(others));
    await this.#destroy(userId, dead);
    const gone = scoresOf([...dead, ...missing]);
    const index = this.#space.indexKey(userId);
    const answer = (await this.#space.run(SETTLE, index, perUser, ...gone)) as string[];
    // As it was when it was found to be too many: one that has logged in anew since then stays.
    const leaving = live.flatMap((entry) => {
      const at = answer.indexOf(entry.id);
      const score = answer[at + 1] ?? "";
      const login = -1 - Number(score);
      const anew = Number.isInteger(login) && (entry.record.authenticatedAt ?? 0) > login;
      return at < 0 || anew ? [] : [{ ...entry, score }];
    });
    const evicted = await this.#destroy(userId, leaving);
    await this.#prune(userId, leaving);
    return evicted;
  }

  /**
   * Takes a place for a session that is about to be written, and answers its score; `""` if the session has an entry; nothing where that many
   * others do.
   */
  async reserve(login: Login, { perUser }: SessionLimit): Promise<string | undefined> {
    const { userId, id, expiresAt } = login;
    const reserve = () =>
      this.#space.run(RESERVE, this.#space.indexKey(userId), id, expiresAt, perUser);
    let answer = await reserve();
    if (Array.isArray(answer)) {
      const { dead, missing } = await this.#find(userId, entriesOf(answer));
      if (dead.length + missing.length === 0) return undefined;
      await this.#destroy(userId, dead);
      await this.#prune(userId, [...dead, ...missing]);
      answer = await reserve();
    }
    return Array.isArray(answer) ? undefined : (answer as string);
  }

  /** Gives a place back, as its session was not written. */
  async release({ userId, id }: Login, score: string): Promise<void> {
    if (score !== "") await this.#prune(userId, [{ id, score }]);
  }

  /** The session is gone for good. */
  async remove(userId: string, id: SessionId): Promise<void> {
    await this.#prune(userId, [{ id, score: "" }]);
  }

  /** The session is not this user's any more. */
  async leave(userId: string, id: SessionId, authenticatedAt: number): Promise<void> {
    const scores = [authenticatedAt, -1 - authenticatedAt];
    await this.#prune(
      userId,
      scores.map((score) => ({ id, score: String(score) })),
    );
  }

  /** Destroys the user's sessions but one; the ids of those that were there. */
  async destroyAll(userId: string, except: SessionId | undefined): Promise<SessionId[]> {
    const entries = (await this.#entries(userId, true)).filter(({ id }) => id !== except);
    const destroyed = await this.#destroy(userId, entries);
    const known = entries.filter(({ id, young }) => !young || destroyed.includes(id));
    await this.#prune(userId, known);
    return destroyed;
  }

  async #entries(userId: string, leaving: boolean): Promise<Entry[]> {
    const index = this.#space.indexKey(userId);
    const answer = await this.#space.run(ENTRIES_OF_USER, index, leaving ? "1" : "");
    return entriesOf(answer as string[]);
  }

  async #enter(login: Login, perUser: number): Promise<string[]> {
    const { userId, id, authenticatedAt, expiresAt } = login;
    const args = [id, authenticatedAt ?? 0, expiresAt, perUser];
    return (await this.#space.run(ENTER, this.#space.indexKey(userId), ...args)) as string[];
  }

  /** Looks at each: the user's and live; the user's and expired; gone, or another's. */
  async #find(userId: string, entries: readonly Entry[]) {
    const records = await Promise.all(entries.map(({ id }) => this.#space.readAny(id)));
    const now = this.#space.now;
    const own = entries.flatMap((entry, i) => {
      const record = records[i];
      return record?.userId === userId ? [{ ...entry, record }] : [];
    });
    return {
      live: own.filter(({ record }) => record.expiresAt > now),
      dead: own.filter(({ record }) => record.expiresAt <= now),
      missing: entries.filter(({ young }, i) => !young && records[i]?.userId !== userId),
    };
  }

  /** Destroys those that are the user's, and, where the record is given, have not logged in anew; the ids of those. */
  async #destroy(
    userId: string,
    entries: readonly (Entry & { record?: SessionRecord })[],
  ): Promise<SessionId[]> {
    const answers = await Promise.all(
      entries.map(({ id, record }) => {
        const key = this.#space.sessionKey(id);
        return this.#space.run(DESTROY_OF_USER, key, userId, record?.authenticatedAt ?? "");
      }),
    );
    return entries.map(({ id }) => id).filter((_, i) => answers[i] === "1");
  }

  async #prune(userId: string, entries: readonly Mark[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#space.run(PRUNE, this.#space.indexKey(userId), ...scoresOf(entries));
  }
}
