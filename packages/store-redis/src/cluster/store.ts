import type {
  CreateOutcome,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { DESTROY_ALONE } from "../script/destroy.ts";
import { CONFIRM, SAVE_ALONE } from "../script/save.ts";
import { TOUCH_ALONE } from "../script/touch.ts";
import type { Space } from "../space.ts";
import type { RedisStore } from "../store.ts";
import { type Login, UserIndex } from "./user-index.ts";

type Outcome = "exists" | UpdateOutcome;

/**
 * A session is on one node and its user's index on another, so a login takes two steps, and only then its token leaves the server. Until it
 * has been entered a record says so of itself: whoever writes to it next enters it.
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
    const [userId, login, version] = answer as string[];
    if (userId !== undefined) {
      const authenticatedAt = Number(login);
      await this.#index.enter({ userId, id, authenticatedAt, expiresAt });
      this.#confirm(id, Number(version));
    }
    return "ok";
  }

  async destroy(id: SessionId): Promise<boolean> {
    const record = await this.#space.run(DESTROY_ALONE, this.#space.sessionKey(id));
    const [userId] = record as string[];
    if (userId) await this.#index.remove(userId, id);
    return userId !== undefined;
  }

  listByUser(userId: string): Promise<SessionRecord[]> {
    return this.#index.list(userId);
  }

  destroyByUser(userId: string, except?: SessionId): Promise<SessionId[]> {
    return this.#index.destroyAll(userId, except);
  }

  #save(
    record: SessionRecord,
    expected: number | "",
    limit: SessionLimit | undefined,
  ): Promise<Outcome> {
    const { userId } = record;
    return userId !== null && limit?.onLimit === "reject"
      ? this.#saveInPlace({ ...record, userId }, expected, limit)
      : this.#saveAndEvict(record, expected, limit);
  }

  /** Writes first: a refused write evicts nobody, and whoever is evicted is known to be there. */
  async #saveAndEvict(
    record: SessionRecord,
    expected: number | "",
    limit: SessionLimit | undefined,
  ): Promise<Outcome> {
    const { userId } = record;
    const answer = await this.#space.save(SAVE_ALONE, record, expected);
    if (!Array.isArray(answer)) return answer as Outcome;
    const login = userId !== null && { ...record, userId };
    const [evicted] = await Promise.all([
      login && limit ? this.#index.enterAndEvict(login, limit) : [],
      login && !limit && answer[0] === "1" && this.#index.enter(login),
      this.#leaveFormer(record, answer),
    ]);
    if (login && (limit || answer[0] === "1")) this.#confirm(record.id, record.version);
    return evicted.length > 0 ? { evicted } : "ok";
  }

  /** Takes a place first: where there is none, nothing may be written. */
  async #saveInPlace(
    record: SessionRecord & Login,
    expected: number | "",
    limit: SessionLimit,
  ): Promise<Outcome> {
    const { id, version } = record;
    const place = await this.#index.reserve(record, limit);
    if (place === undefined) return (await this.#refusal(id, expected)) ?? "full";
    const answer = await this.#space.save(SAVE_ALONE, record, expected);
    if (!Array.isArray(answer)) {
      // Of a stale session a login at the same time may have the place by now.
      const taken = answer === "stale" && (await this.read(id))?.userId === record.userId;
      if (!taken) await this.#index.release(record, place);
      return answer as Outcome;
    }
    await this.#leaveFormer(record, answer);
    // It has its place; that it is known by the time of its login can wait.
    this.#index.enter(record).then(() => this.#confirm(id, version), ignore);
    return "ok";
  }

  /** The index of whose session it was before. */
  async #leaveFormer({ id }: SessionRecord, [, userId, login]: readonly string[]): Promise<void> {
    if (!userId) return;
    await this.#index.leave(userId, id, Number(login));
    const record = await this.read(id);
    if (record?.userId === userId) await this.#index.enter({ ...record, userId });
  }

  /** Nobody waits for it: if it fails, the next write enters the session once more. */
  #confirm(id: SessionId, version: number): void {
    this.#space.run(CONFIRM, this.#space.sessionKey(id), version).catch(ignore);
  }

  /** Why the record would not have been written in any case. */
  async #refusal(id: SessionId, expected: number | ""): Promise<Outcome | undefined> {
    const version = (await this.read(id))?.version;
    if (expected === "") return version === undefined ? undefined : "exists";
    if (version === undefined) return "gone";
    return version === expected ? undefined : "stale";
  }
}

function ignore(): void {}
