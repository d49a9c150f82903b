import type {
  CreateOutcome,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { DESTROY, DESTROY_BY_USER } from "./script/destroy.ts";
import { SAVE } from "./script/save.ts";
import { TOUCH } from "./script/touch.ts";
import type { Space } from "./space.ts";
import type { RedisStore } from "./store.ts";

/** All keys are on one node: every method is one step, and all but `listByUser` are one command. */
export class SingleStore implements RedisStore {
  readonly #space: Space;

  constructor(space: Space) {
    this.#space = space;
  }

  read(id: SessionId): Promise<SessionRecord | undefined> {
    return this.#space.read(id);
  }

  create(record: SessionRecord, limit?: SessionLimit): Promise<CreateOutcome> {
    return this.#save<CreateOutcome>(record, "", limit);
  }

  update(
    record: SessionRecord,
    expectedVersion: number,
    limit?: SessionLimit,
  ): Promise<UpdateOutcome> {
    return this.#save<UpdateOutcome>(record, expectedVersion, limit);
  }

  async #save<Outcome>(
    record: SessionRecord,
    expected: number | "",
    limit: SessionLimit | undefined,
  ): Promise<Outcome> {
    const answer = await this.#space.save(SAVE, record, expected, limit);
    if (!Array.isArray(answer)) return answer as Outcome;
    return (answer.length > 0 ? { evicted: answer } : "ok") as Outcome;
  }

  async touch(id: SessionId, { lastSeenAt, expiresAt }: SessionTimes): Promise<"ok" | "gone"> {
    const key = this.#space.sessionKey(id);
    return (await this.#space.run(TOUCH, key, lastSeenAt, expiresAt, id)) as "ok" | "gone";
  }

  async destroy(id: SessionId): Promise<boolean> {
    return (await this.#space.run(DESTROY, this.#space.sessionKey(id), id)) === 1;
  }

  listByUser(userId: string): Promise<SessionRecord[]> {
    return this.#space.list(userId);
  }

  async destroyByUser(userId: string, except: SessionId | "" = ""): Promise<SessionId[]> {
    const index = this.#space.indexKey(userId);
    return (await this.#space.run(DESTROY_BY_USER, index, userId, except)) as SessionId[];
  }
}
