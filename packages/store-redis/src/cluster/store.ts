import type {
  CreateOutcome,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { DESTROY_ALONE } from "../script/destroy.ts";
import { SAVE_ALONE } from "../script/save.ts";
import { TOUCH_ALONE } from "../script/touch.ts";
import type { Space } from "../space.ts";
import type { RedisStore } from "../store.ts";
import { type Entry, UserIndex } from "./user-index.ts";

type Outcome = "exists" | UpdateOutcome;

/**
 * A session is on one node and its user's index on another, so a login takes two steps. A process that ends between them leaves a session
 * whose token nobody has received, or a place in the index that is free again after half a minute.
 */
export class ClusterStore implements RedisStore {
  readonly #space: Space;
  readonly #index: UserIndex;

  constructor(space: Space) {
    this.#space = space;
    this.#index = new UserIndex(space);
  }

  read(id: SessionId): Promise<SessionRecord | undefined> {
    return this.#space.read(id);
  }

  create(record: SessionRecord, limit?: SessionLimit): Promise<CreateOutcome> {
    return this.#save(record, "", limit) as Promise<CreateOutcome>;
  }

  update(
    record: SessionRecord,
    expectedVersion: number,
    limit?: SessionLimit,
  ): Promise<UpdateOutcome> {
    return this.#save(record, expectedVersion, limit) as Promise<UpdateOutcome>;
  }

  async touch(id: SessionId, { lastSeenAt, expiresAt }: SessionTimes): Promise<"ok" | "gone"> {
    const key = this.#space.sessionKey(id);
    const answer = await this.#space.run(TOUCH_ALONE, key, lastSeenAt, expiresAt);
    if (answer === "gone") return "gone";
    const [userId, authenticatedAt = null] = answer as string[];
    if (userId !== undefined) await this.#index.enter({ userId, id, authenticatedAt, expiresAt });
    return "ok";
  }

  async destroy(id: SessionId): Promise<boolean> {
    const key = this.#space.sessionKey(id);
    const answer = (await this.#space.run(DESTROY_ALONE, key, "")) as [userId: string] | null;
    const userId = answer?.[0];
    if (userId) await this.#index.leave(userId, [id]);
    return answer !== null;
  }

  listByUser(userId: string): Promise<SessionRecord[]> {
    return this.#space.list(userId);
  }

  async destroyByUser(userId: string, except?: SessionId): Promise<SessionId[]> {
    const ids = (await this.#space.listed(userId, "-inf")).filter((id) => id !== except);
    const dead = await this.#index.destroyAll(userId, ids);
    const missing = ids.filter((id) => !dead.includes(id));
    if (ids.length > 0) await this.#space.prune(userId, { dead, missing });
    return dead;
  }

  #save(
    record: SessionRecord,
    expected: number | "",
    limit: SessionLimit | undefined,
  ): Promise<Outcome> {
    const { userId } = record;
    if (userId === null || limit?.onLimit !== "reject") {
      return this.#saveAndEvict(record, expected, limit);
    }
    return this.#saveInPlace({ ...record, userId }, expected, limit);
  }

  /** Writes first: a refused write evicts nobody, and whoever is evicted is known to be there. */
  async #saveAndEvict(
    record: SessionRecord,
    expected: number | "",
    limit: SessionLimit | undefined,
  ): Promise<Outcome> {
    const { id, userId } = record;
    const answer = await this.#space.save(SAVE_ALONE, record, expected);
    if (!Array.isArray(answer)) return answer as Outcome;
    const [left, unlisted] = answer as [left: string, unlisted: number];
    const entry = userId !== null && { ...record, userId };
    const [evicted] = await Promise.all([
      entry && limit ? this.#index.enterAndEvict(entry, limit) : [],
      entry && !limit && unlisted === 1 && this.#index.enter(entry),
      left !== "" && this.#index.leave(left, [id]),
    ]);
    return evicted.length > 0 ? { evicted } : "ok";
  }

  /** Takes a place first: where there is none, nothing may be written. */
  async #saveInPlace(
    record: SessionRecord & Entry,
    expected: number | "",
    limit: SessionLimit,
  ): Promise<Outcome> {
    const place = await this.#index.reserve(record, limit);
    if (place === undefined) return (await this.#refusal(record.id, expected)) ?? "full";
    const answer = await this.#space.save(SAVE_ALONE, record, expected);
    if (!Array.isArray(answer)) {
      await this.#index.release(record, place);
      return answer as Outcome;
    }
    const [left] = answer as [left: string];
    if (left !== "") await this.#index.leave(left, [record.id]);
    return "ok";
  }

  /** Why the record would not have been written in any case. */
  async #refusal(id: SessionId, expected: number | ""): Promise<Outcome | undefined> {
    const version = (await this.read(id))?.version;
    if (expected === "") return version === undefined ? undefined : "exists";
    if (version === undefined) return "gone";
    return version === expected ? undefined : "stale";
  }
}
