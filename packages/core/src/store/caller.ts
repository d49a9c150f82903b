import { SessionStoreError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { isPromise, type MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type {
  CreateOutcome,
  SessionLimit,
  SessionRecord,
  SessionStore,
  SessionTimes,
  UpdateOutcome,
} from "./contract.ts";

type Method = keyof SessionStore;
type Check = (answer: unknown) => boolean;

/**
 * The one place that calls a store: each call gets the time limit, a check of the answer's shape, and one kind of
 * error for every kind of failure.
 */
export class StoreCaller {
  readonly #store: SessionStore;
  readonly #limitMs: number;
  readonly #events: EventHub;

  constructor(store: SessionStore, limitMs: number, events: EventHub) {
    this.#store = store;
    this.#limitMs = limitMs;
    this.#events = events;
  }

  read(id: SessionId): MaybePromise<SessionRecord | undefined> {
    const valid: Check = (it) => it === undefined || (isRecord(it) && it.id === id);
    return this.#call("read", valid, [id]);
  }

  create(record: SessionRecord, limit: SessionLimit | undefined): MaybePromise<CreateOutcome> {
    return this.#call("create", isOutcome("ok", "exists", "full"), [record, limit]);
  }

  update(
    record: SessionRecord,
    version: number,
    limit: SessionLimit | undefined,
  ): MaybePromise<UpdateOutcome> {
    return this.#call("update", isOutcome("ok", "stale", "gone", "full"), [record, version, limit]);
  }

  touch(id: SessionId, times: SessionTimes): MaybePromise<"ok" | "gone"> {
    return this.#call("touch", (it) => it === "ok" || it === "gone", [id, times]);
  }

  destroy(id: SessionId): MaybePromise<boolean> {
    return this.#call("destroy", (it) => typeof it === "boolean", [id]);
  }

  /** Whether the store declares the capability *by user*. */
  get hasUsers(): boolean {
    return this.#store.listByUser !== undefined && this.#store.destroyByUser !== undefined;
  }

  listByUser(userId: string): MaybePromise<SessionRecord[]> {
    return this.#call("listByUser", (it) => Array.isArray(it) && it.every(isRecord), [userId]);
  }

  destroyByUser(userId: string, except: SessionId | undefined): MaybePromise<SessionId[]> {
    return this.#call("destroyByUser", isIds, [userId, except]);
  }

  sweep(): MaybePromise<number> {
    return this.#store.sweep ? this.#call("sweep", Number.isSafeInteger, []) : 0;
  }

  close(): MaybePromise<void> {
    return this.#store.close ? this.#call("close", () => true, []) : undefined;
  }

  /** A failing answer becomes a `SessionStoreError`, a late one is abandoned. */
  #call<T>(method: Method, valid: Check, args: unknown[]): MaybePromise<T> {
    const checked = (answer: T): T => {
      if (valid(answer)) return answer;
      throw this.#failure(method, "gave an answer that its contract does not allow");
    };
    let answer: MaybePromise<T>;
    try {
      const call = this.#store[method] as (...args: unknown[]) => MaybePromise<T>;
      answer = call.apply(this.#store, args);
    } catch (cause) {
      throw this.#failure(method, "failed", cause);
    }
    if (!isPromise(answer)) return checked(answer);
    const failed = (cause: unknown): never => {
      throw cause instanceof SessionStoreError ? cause : this.#failure(method, "failed", cause);
    };
    return this.#withinLimit(method, answer).then(checked, failed);
  }

  /** Nobody waits for a sweep or a close with a response in hand, so these take their time. */
  #withinLimit<T>(method: Method, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const tooLate = () =>
        reject(this.#failure(method, `gave no answer within ${this.#limitMs} ms`));
      const timed = method !== "sweep" && method !== "close";
      const timer = timed ? setTimeout(tooLate, this.#limitMs) : undefined;
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          clearTimeout(timer);
          settle(value);
        };
      // Not `finally`: some clients answer with what has `then` and nothing else.
      answer.then(settled(resolve), settled(reject));
    });
  }

  #failure(operation: string, what: string, cause?: unknown): SessionStoreError {
    const message = `session store ${what} (${operation})`;
    const error = new SessionStoreError(operation, message, cause === undefined ? {} : { cause });
    this.#events.emit("store-error", { operation, error });
    return error;
  }
}

function isOutcome(...allowed: readonly string[]): Check {
  return (answer) =>
    typeof answer === "string"
      ? allowed.includes(answer)
      : isIds((answer as { evicted?: unknown } | undefined | null)?.evicted);
}

function isIds(answer: unknown): boolean {
  return Array.isArray(answer) && answer.every((id) => typeof id === "string");
}

function isRecord(answer: unknown): answer is SessionRecord {
  const { id, version, userId, authenticatedAt, createdAt, lastSeenAt, expiresAt, state, data } = {
    ...(answer as Partial<Record<keyof SessionRecord, unknown>> | null),
  };
  return (
    [id, state, data, userId ?? ""].every((text) => typeof text === "string") &&
    [createdAt, lastSeenAt, expiresAt, authenticatedAt ?? 0].every(Number.isFinite) &&
    Number.isSafeInteger(version) &&
    userId !== undefined &&
    authenticatedAt !== undefined
  );
}
