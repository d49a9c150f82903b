import type { SessionId, SessionLimit, SessionRecord } from "@coatcheck/core";
import { DESTROY_ALONE } from "../script/destroy.ts";
import { ENTER, RELEASE, RESERVE } from "../script/enter.ts";
import { SETTLE } from "../script/prune.ts";
import type { Space } from "../space.ts";

/** A session as its user's index knows it. */
export interface Entry extends Pick<SessionRecord, "id" | "expiresAt"> {
  readonly userId: string;
  readonly authenticatedAt: number | string | null;
}

/** What an id's score was before its place was taken; `""` if it had none. */
export type Place = { readonly before: string };

/** From here on an index is pruned each time it has doubled. */
const CROWDED = 16;

/** The sessions of each user, where they are on other nodes than the index that names them. */
export class UserIndex {
  readonly #space: Space;

  constructor(space: Space) {
    this.#space = space;
  }

  /** Enters a session that has been written. */
  async enter(entry: Entry): Promise<void> {
    const [count] = await this.#place(ENTER, entry, 0);
    // What has expired since is only found by a look at each.
    if (Number(count) >= CROWDED && Number.isInteger(Math.log2(Number(count)))) {
      await this.#space.list(entry.userId);
    }
  }

  /**
   * The same, and ends the oldest of the others that are too many; the ids of those. At no moment does the index list more than the
   * limit allows. A surplus entry stops being listed at once, and comes back if a look at all shows that others have expired.
   */
  async enterAndEvict(entry: Entry, { perUser }: SessionLimit): Promise<SessionId[]> {
    const { userId } = entry;
    const [, ...others] = (await this.#place(ENTER, entry, perUser)) as SessionId[];
    if (others.length === 0) return [];
    const { dead, missing } = await this.#space.find(userId, others);
    const surplus = await this.#space.prune(userId, { dead, missing }, SETTLE, perUser);
    const evicted = await this.destroyAll(userId, surplus);
    await this.leave(userId, surplus);
    return evicted;
  }

  /** Takes a place for a session that is about to be written, unless that many others have one. */
  async reserve(entry: Entry, { perUser }: SessionLimit): Promise<Place | undefined> {
    const { userId } = entry;
    let [answer, ...rest] = await this.#place(RESERVE, entry, perUser);
    if (answer === "full") {
      const { dead, missing } = await this.#space.find(userId, rest as SessionId[]);
      if (dead.length + missing.length === 0) return undefined;
      await this.#space.prune(userId, { dead, missing });
      [answer, ...rest] = await this.#place(RESERVE, entry, perUser);
    }
    return answer === "ok" ? { before: rest[0] as string } : undefined;
  }

  /** Gives the place back, as the session was not written. */
  async release({ userId, id, authenticatedAt }: Entry, { before }: Place): Promise<void> {
    await this.#space.run(RELEASE, this.#space.indexKey(userId), id, authenticatedAt ?? 0, before);
  }

  async leave(userId: string, ids: readonly SessionId[]): Promise<void> {
    if (ids.length > 0) await this.#space.prune(userId, { dead: ids, missing: [] });
  }

  /** Destroys those sessions that are the user's; the ids of those that were. */
  async destroyAll(userId: string, ids: readonly SessionId[]): Promise<SessionId[]> {
    const answers = await Promise.all(
      ids.map((id) => this.#space.run(DESTROY_ALONE, this.#space.sessionKey(id), userId)),
    );
    return ids.filter((_, i) => answers[i] !== null);
  }

  async #place(
    script: typeof ENTER,
    { userId, id, authenticatedAt, expiresAt }: Entry,
    perUser: number,
  ): Promise<unknown[]> {
    const index = this.#space.indexKey(userId);
    const entered = [id, authenticatedAt ?? 0, expiresAt, perUser];
    return (await this.#space.run(script, index, ...entered)) as unknown[];
  }
}
