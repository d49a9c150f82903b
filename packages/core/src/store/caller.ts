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
    return this.#call("read", () => this.#store.read(id), isRecordOrNothing);
  }

  create(record: SessionRecord, limit: SessionLimit | undefined): MaybePromise<CreateOutcome> {
    return this.#call("create", () => this.#store.create(record, limit), isCreateOutcome);
  }

  update(
    record: SessionRecord,
    expectedVersion: number,
    limit: SessionLimit | undefined,
  ): MaybePromise<UpdateOutcome> {
    return this.#call(
      "update",
      () => this.#store.update(record, expectedVersion, limit),
      isUpdateOutcome,
    );
  }

  touch(id: SessionId, times: SessionTimes): MaybePromise<"ok" | "gone"> {
    return this.#call("touch", () => this.#store.touch(id, times), isTouchOutcome);
  }

  destroy(id: SessionId): MaybePromise<boolean> {
    return this.#call("destroy", () => this.#store.destroy(id), isBoolean);
  }

  /** Whether the store declares the capability *by user*. */
  get hasUsers(): boolean {
    return this.#store.listByUser !== undefined && this.#store.destroyByUser !== undefined;
  }

  listByUser(userId: string): MaybePromise<SessionRecord[]> {
    return this.#call("listByUser", () => this.#store.listByUser?.(userId) ?? [], isArray);
  }

  destroyByUser(userId: string, except: SessionId | undefined): MaybePromise<SessionId[]> {
    return this.#call(
      "destroyByUser",
      () => this.#store.destroyByUser?.(userId, except) ?? [],
      isArray,
    );
  }

  sweep(): MaybePromise<number> {
    return this.#call("sweep", () => this.#store.sweep?.() ?? 0, isNumber, false);
  }

  close(): MaybePromise<void> {
    return this.#call("close", () => this.#store.close?.(), isAnything, false);
  }

  /** A failing answer becomes a `SessionStoreError`, a late one is abandoned. `timed: false` for work without a client. */
  #call<T>(
    operation: string,
    work: () => MaybePromise<T>,
    valid: (answer: unknown) => boolean,
    timed = true,
  ): MaybePromise<T> {
    let answer: MaybePromise<T>;
    try {
      answer = work();
    } catch (cause) {
      throw this.#failure(operation, "failed", cause);
    }
    if (!isPromise(answer)) return this.#checked(operation, answer, valid);
    const limited = timed ? this.#withinLimit(operation, answer) : answer;
    return limited.then(
      (value) => this.#checked(operation, value, valid),
      (cause) => {
        throw cause instanceof SessionStoreError
          ? cause
          : this.#failure(operation, "failed", cause);
      },
    );
  }

  #checked<T>(operation: string, answer: T, valid: (answer: unknown) => boolean): T {
    if (valid(answer)) return answer;
    throw this.#failure(operation, "gave an answer that its contract does not allow");
  }

  #withinLimit<T>(operation: string, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(this.#failure(operation, `gave no answer within ${this.#limitMs} ms`)),
        this.#limitMs,
      );
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #failure(operation: string, what: string, cause?: unknown): SessionStoreError {
    const error = new SessionStoreError(
      operation,
      `session store ${what} (${operation})`,
      cause === undefined ? undefined : { cause },
    );
    this.#events.emit("store-error", { operation, error });
    return error;
  }
}

const isAnything = (): boolean => true;
const isBoolean = (answer: unknown): boolean => typeof answer === "boolean";
const isNumber = (answer: unknown): boolean => typeof answer === "number";
const isArray = (answer: unknown): boolean => Array.isArray(answer);
const isTouchOutcome = (answer: unknown): boolean => answer === "ok" || answer === "gone";
const isEvicted = (answer: unknown): boolean =>
  isArray((answer as { evicted?: unknown } | undefined | null)?.evicted);
const isCreateOutcome = (answer: unknown): boolean =>
  answer === "ok" || answer === "exists" || answer === "full" || isEvicted(answer);
const isUpdateOutcome = (answer: unknown): boolean =>
  answer === "ok" ||
  answer === "stale" ||
  answer === "gone" ||
  answer === "full" ||
  isEvicted(answer);

function isRecordOrNothing(answer: unknown): boolean {
  if (answer === undefined) return true;
  const record = answer as Partial<Record<keyof SessionRecord, unknown>> | null;
  return (
    typeof record?.id === "string" &&
    typeof record.version === "number" &&
    (record.userId === null || typeof record.userId === "string") &&
    typeof record.createdAt === "number" &&
    typeof record.lastSeenAt === "number" &&
    typeof record.expiresAt === "number" &&
    typeof record.state === "string" &&
    typeof record.data === "string"
  );
}
