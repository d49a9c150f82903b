import type { Clock, SessionId, SessionLimit, SessionRecord } from "@coatcheck/core";
import type { Connection } from "./client/client.ts";
import { decode, encode } from "./record/value.ts";
import { PRUNE } from "./script/prune.ts";
import { run, type Script } from "./script/script.ts";

/** What an index says of a user's sessions, looked at one by one. */
export interface Found {
  /** That user's, and live. */
  readonly live: SessionRecord[];
  /** That user's, and expired. */
  readonly dead: readonly SessionId[];
  /** Not there, or not that user's: long gone, or about to be written. */
  readonly missing: readonly SessionId[];
}

/** A younger entry of an index may belong to a login that is under way on another node, longer than any waits for its store. */
const LOGIN_TAKES_MS = 30_000;

/** The keys of one store, and what is done with them wherever they are. */
export class Space {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #together: boolean;

  /** `together`: all keys are on one node, so that one command may name several. */
  constructor(connection: Connection, prefix: string, clock: Clock, together: boolean) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#clock = clock;
    this.#together = together;
  }

  sessionKey(id: SessionId): string {
    return `${this.#prefix}s:${id}`;
  }

  indexKey(userId: string): string {
    return `${this.#prefix}u:${userId}`;
  }

  /** Runs a script on one key. Its first argument is the time. */
  run(script: Script, key: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return run(this.#connection.send, script, key, [this.#clock(), ...args]);
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
    return this.run(script, key, id, expected, encode(record), expiresAt, ...user);
  }

  async read(id: SessionId): Promise<SessionRecord | undefined> {
    const key = this.sessionKey(id);
    const text = await this.#connection.send(key, "GET", key);
    const record = text === null ? undefined : decode(id, String(text));
    return record && record.expiresAt > this.#clock() ? record : undefined;
  }

  /** The live sessions of a user, newest login first. Entries that lead nowhere any more are removed. */
  async list(userId: string): Promise<SessionRecord[]> {
    const found = await this.find(userId, await this.listed(userId, 0));
    if (found.dead.length + found.missing.length > 0) await this.prune(userId, found);
    return found.live.sort((a, b) => (b.authenticatedAt ?? 0) - (a.authenticatedAt ?? 0));
  }

  /** The ids in a user's index whose score is `least` or more. */
  async listed(userId: string, least: number | "-inf"): Promise<SessionId[]> {
    const key = this.indexKey(userId);
    const range = ["ZRANGE", key, String(least), "+inf", "BYSCORE"];
    return (await this.#connection.send(key, ...range)) as SessionId[];
  }

  async find(userId: string, ids: readonly SessionId[]): Promise<Found> {
    const now = this.#clock();
    const found = {
      live: [] as SessionRecord[],
      dead: [] as SessionId[],
      missing: [] as SessionId[],
    };
    for (const [i, text] of (await this.#readAll(ids)).entries()) {
      const id = ids[i] as SessionId;
      const record = text === null ? undefined : decode(id, String(text));
      if (record?.userId !== userId) found.missing.push(id);
      else if (record.expiresAt <= now) found.dead.push(id);
      else found.live.push(record);
    }
    return found;
  }

  /**
   * Removes entries from a user's index: the dead, and of the missing those that have been there for a while.
   * The answer is that of the script, which may be one that does more.
   */
  async prune(
    userId: string,
    { dead, missing }: Omit<Found, "live">,
    script = PRUNE,
    ...more: readonly number[]
  ): Promise<SessionId[]> {
    const old = this.#clock() - LOGIN_TAKES_MS;
    const args = [old, dead.length, ...dead, ...missing, ...more];
    return (await this.run(script, this.indexKey(userId), ...args)) as SessionId[];
  }

  async #readAll(ids: readonly SessionId[]): Promise<unknown[]> {
    const { send } = this.#connection;
    const keys = ids.map((id) => this.sessionKey(id));
    const [first] = keys;
    if (first === undefined) return [];
    if (this.#together) return (await send(first, "MGET", ...keys)) as unknown[];
    return Promise.all(keys.map((key) => send(key, "GET", key)));
  }
}
