import type { Clock, SessionId, SessionLimit, SessionRecord } from "@coatcheck/core";
import type { Connection } from "./client/client.ts";
import { decode, encode, middleOf } from "./record/value.ts";
import { run, type Script } from "./script/script.ts";

/** The keys of one store, and how they are reached. */
export class Space {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #clock: Clock;

  constructor(connection: Connection, prefix: string, clock: Clock) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock();
  }

  sessionKey(id: SessionId): string {
    return `${this.#prefix}s:${id}`;
  }

  indexKey(userId: string): string {
    return `${this.#prefix}u:${userId}`;
  }

  /** Runs a script on one key. Its first argument is the time. */
  run(script: Script, key: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return run(this.#connection.send, script, key, this.now, args);
  }

  /** Runs one of the scripts that write a record if it is at the expected version (`""`: if there is none). */
  save(
    script: Script,
    record: SessionRecord,
    expected: number | "",
    limit?: SessionLimit,
  ): Promise<unknown> {
    const { id, userId, authenticatedAt, expiresAt } = record;
    const user = [authenticatedAt ?? "", userId ?? "", limit?.perUser ?? 0, limit?.onLimit ?? ""];
    const key = this.sessionKey(id);
    const before = expected === "" || limit ? "" : middleOf(record, String(expected));
    return this.run(script, key, id, expected, encode(record), expiresAt, ...user, before);
  }

  read(id: SessionId): Promise<SessionRecord | undefined> {
    return this.#get(id).then((text) => {
      const record = text === null ? undefined : decode(id, String(text));
      return record && record.expiresAt > this.now ? record : undefined;
    });
  }

  /** Also one that has expired and is still there. */
  async readAny(id: SessionId): Promise<SessionRecord | undefined> {
    const text = await this.#get(id);
    return text === null ? undefined : decode(id, String(text));
  }

  #get(id: SessionId): Promise<unknown> {
    const key = this.sessionKey(id);
    return this.#connection.send(key, ["GET", key]);
  }
}
