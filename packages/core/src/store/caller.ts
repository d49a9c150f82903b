import { SessionStoreError } from "../errors.ts";
import type { SessionEvents } from "../events.ts";
import { isPromise } from "../promise.ts";
import type { SessionRecord, SessionStore } from "./contract.ts";
import { Deadlines } from "./deadlines.ts";

type Method = keyof SessionStore;
type Check = (answer: unknown, argument: unknown) => boolean;

/** What each method may answer. */
const ALLOWED: Readonly<Record<Method, Check>> = {
  read: (it, id) => it === undefined || (isRecord(it) && it.id === id),
  create: (it) => isOneOf(it, "ok", "exists", "full") || isEviction(it),
  update: (it) => isOneOf(it, "ok", "stale", "gone", "full") || isEviction(it),
  touch: (it) => isOneOf(it, "ok", "gone"),
  destroy: (it) => isOneOf(it, true, false),
  listByUser: (it) => Array.isArray(it) && it.every(isRecord),
  destroyByUser: isTexts,
  sweep: Number.isSafeInteger,
  announce: () => true,
  watch: (it) => typeof it === "function",
  close: () => true,
};

/** Who hears of failures. */
export interface StoreErrorHub {
  emit(name: "store-error", event: SessionEvents["store-error"]): void;
}

/**
 * The same store, called through here alone: each call gets the time limit, a check of the answer's shape, and one kind
 * of error for every kind of failure. It has the capabilities that the store has.
 */
export function guardStore(
  store: SessionStore,
  limitMs: number,
  events: StoreErrorHub,
): SessionStore {
  const deadlines = new Deadlines(limitMs);
  const fail = (method: Method, what: string, options?: ErrorOptions): never => {
    const error = new SessionStoreError(method, `session store ${what} (${method})`, options);
    events.emit("store-error", { operation: method, error });
    throw error;
  };
  const checked = (method: Method, answer: unknown, argument: unknown): unknown => {
    if (ALLOWED[method](answer, argument)) return answer;
    return fail(method, "gave an answer that its contract does not allow");
  };
  const call = (method: Method, args: unknown[]): unknown => {
    let value: unknown;
    try {
      value = Reflect.apply(store[method] as () => unknown, store, args);
    } catch (cause) {
      return fail(method, "failed", { cause });
    }
    return isPromise(value) ? later(method, value, args[0]) : checked(method, value, args[0]);
  };
  const later = (method: Method, pending: Promise<unknown>, argument: unknown): unknown => {
    // It may be no promise but something that can be awaited, and throw at that.
    const answer = Promise.resolve(pending);
    // Nobody waits for a sweep or a close with a response in hand, so these take their time.
    if (method === "sweep" || method === "close") {
      return answer.then(
        (it) => checked(method, it, argument),
        (cause) => fail(method, "failed", { cause }),
      );
    }
    return new Promise((resolve, reject) => {
      const settle = (work: () => unknown): void => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      // A late answer is abandoned.
      const wait = deadlines.begin(() => {
        settle(() => fail(method, `gave no answer within ${limitMs} ms`));
        if (method === "watch") answer.then(stop).catch(() => {});
      });
      answer.then(
        (it) => {
          if (deadlines.end(wait)) settle(() => checked(method, it, argument));
        },
        (cause) => {
          if (deadlines.end(wait)) settle(() => fail(method, "failed", { cause }));
        },
      );
    });
  };
  /** As `call`, for what every request asks. */
  const read: SessionStore["read"] = (id) => {
    let record: unknown;
    try {
      record = store.read(id);
    } catch (cause) {
      return fail("read", "failed", { cause });
    }
    return (
      isPromise(record) ? later("read", record, id) : checked("read", record, id)
    ) as ReturnType<SessionStore["read"]>;
  };
  const methods = (Object.keys(ALLOWED) as Method[]).filter((method) => store[method]);
  const calls = methods.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  return { ...Object.fromEntries(calls), read } as SessionStore;
}

/** Of a watch that has begun too late: nobody ever would, and each attempt would leave another. */
function stop(watch: unknown): unknown {
  return typeof watch === "function" && watch();
}

function isOneOf(answer: unknown, ...allowed: readonly unknown[]): boolean {
  return allowed.includes(answer);
}

/** Room was made for the write. */
function isEviction(answer: unknown): boolean {
  return isTexts((answer as { evicted?: unknown } | undefined | null)?.evicted);
}

function isTexts(answer: unknown): boolean {
  return Array.isArray(answer) && answer.every(isText);
}

/** Asked of every record that is read: nothing is made for it. */
function isRecord(answer: unknown): answer is SessionRecord {
  if (typeof answer !== "object" || answer === null) return false;
  const it = answer as Readonly<Record<keyof SessionRecord, unknown>>;
  return (
    isText(it.id) &&
    isText(it.state) &&
    isText(it.data) &&
    (it.userId === null || isText(it.userId)) &&
    Number.isFinite(it.createdAt) &&
    Number.isFinite(it.lastSeenAt) &&
    Number.isFinite(it.expiresAt) &&
    (it.authenticatedAt === null || Number.isFinite(it.authenticatedAt)) &&
    Number.isSafeInteger(it.version)
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
