import { SessionStoreError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { attempt, chain, isPromise, type MaybePromise } from "../promise.ts";
import type { SessionId } from "../token/token.ts";
import type {
  CreateOutcome,
  SessionLimit,
  SessionRecord,
  SessionStore,
  SessionTimes,
  UpdateOutcome,
} from "./contract.ts";

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
    return this.#call("read", valid, id);
  }

  create(record: SessionRecord, limit: SessionLimit | undefined): MaybePromise<CreateOutcome> {
    return this.#call("create", isOutcome("ok", "exists", "full"), record, limit);
  }

  update(
    record: SessionRecord,
    version: number,
    limit: SessionLimit | undefined,
  ): MaybePromise<UpdateOutcome> {
    return this.#call("update", isOutcome("ok", "stale", "gone", "full"), record, version, limit);
  }

  touch(id: SessionId, times: SessionTimes): MaybePromise<"ok" | "gone"> {
    return this.#call("touch", (it) => it === "ok" || it === "gone", id, times);
  }

  destroy(id: SessionId): MaybePromise<boolean> {
    return this.#call("destroy", (it) => typeof it === "boolean", id);
  }

  /** Whether the store declares the capability *by user*. */
  get hasUsers(): boolean {
    return this.#store.listByUser !== undefined && this.#store.destroyByUser !== undefined;
  }

  listByUser(userId: string): MaybePromise<SessionRecord[]> {
    return this.#call("listByUser", (it) => Array.isArray(it) && it.every(isRecord), userId);
  }

  destroyByUser(userId: string, except: SessionId | undefined): MaybePromise<SessionId[]> {
    return this.#call("destroyByUser", isTexts, userId, except);
  }

  sweep(): MaybePromise<number> {
    return this.#store.sweep ? this.#call("sweep", Number.isSafeInteger) : 0;
  }

  close(): MaybePromise<void> {
    return this.#store.close ? this.#call("close", () => true) : undefined;
  }

  #call<T>(method: keyof SessionStore, valid: Check, ...args: unknown[]): MaybePromise<T> {
    const fail = (what: string, options?: ErrorOptions): never => {
      const error = new SessionStoreError(method, `session store ${what} (${method})`, options);
      this.#events.emit("store-error", { operation: method, error });
      throw error;
    };
    const answer = attempt<T | typeof LATE>(
      () => {
        const call = this.#store[method] as (...args: unknown[]) => MaybePromise<T>;
        const value = call.apply(this.#store, args);
        // Nobody waits for a sweep or a close with a response in hand, so these take their time.
        const timed = isPromise(value) && method !== "sweep" && method !== "close";
        return timed ? this.#inTime(value) : value;
      },
      (cause) => fail("failed", { cause }),
    );
    return chain(answer, (it) => {
      if (it === LATE) return fail(`gave no answer within ${this.#limitMs} ms`);
      return valid(it) ? it : fail("gave an answer that its contract does not allow");
    });
  }

  /** A late answer is abandoned. */
  #inTime<T>(answer: Promise<T>): Promise<T | typeof LATE> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(resolve, this.#limitMs, LATE);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}

const LATE = Symbol();

function isOutcome(...allowed: readonly string[]): Check {
  return (answer) =>
    typeof answer === "string"
      ? allowed.includes(answer)
      : isTexts((answer as { evicted?: unknown } | undefined | null)?.evicted);
}

function isTexts(answer: unknown): boolean {
  return Array.isArray(answer) && answer.every((it) => typeof it === "string");
}

function isRecord(answer: unknown): answer is SessionRecord {
  const { id, version, userId, authenticatedAt, createdAt, lastSeenAt, expiresAt, state, data } = {
    ...(answer as Partial<Record<keyof SessionRecord, unknown>> | null),
  };
  return (
    isTexts([id, state, data, userId === null ? "" : userId]) &&
    [createdAt, lastSeenAt, expiresAt, authenticatedAt === null ? 0 : authenticatedAt].every(
      Number.isFinite,
    ) &&
    Number.isSafeInteger(version)
  );
}
