import type {
  CreateOutcome,
  SessionId,
  SessionLimit,
  SessionRecord,
  SessionTimes,
  UpdateOutcome,
} from "@coatcheck/core";
import { decode } from "./record/value.ts";
import { DESTROY, DESTROY_BY_USER } from "./script/destroy.ts";
import { LIST } from "./script/list.ts";
import { SAVE } from "./script/save.ts";
import { TOUCH } from "./script/touch.ts";
import type { Space } from "./space.ts";
import type { RedisStore } from "./store.ts";

/** All keys are on one node: every method is one command, and one step. */
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
    return (await this.#space.run(DESTROY, this.#space.sessionKey(id), id)) === "1";
  }

  async listByUser(userId: string): Promise<SessionRecord[]> {
    const answer = (await this.#space.run(LIST, this.#space.indexKey(userId), userId)) as string[];
    const records: SessionRecord[] = [];
    for (let i = 0; i < answer.length; i += 2) {
      records.push(decode(answer[i] as SessionId, answer[i + 1] as string));
    }
    return records;
  }

  async destroyByUser(userId: string, except: SessionId | "" = ""): Promise<SessionId[]> {
    const index = this.#space.indexKey(userId);
    return (await this.#space.run(DESTROY_BY_USER, index, userId, except)) as SessionId[];
  }
}
