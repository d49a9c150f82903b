import { SessionStoreError } from "../errors.ts";
import type { SessionEvents } from "../events.ts";
import { attempt, chain, isPromise } from "../promise.ts";
import type { SessionRecord, SessionStore } from "./contract.ts";

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

/** What a call comes to that takes too long. */
const LATE = Symbol();

/**
 * The same store, called through here alone: each call gets the time limit, a check of the answer's shape, and one kind
 * of error for every kind of failure. It has the capabilities that the store has.
 */
export function guardStore(
  store: SessionStore,
  limitMs: number,
  events: StoreErrorHub,
): SessionStore {
  const call = (method: Method, args: unknown[]) => {
    const fail = (what: string, options?: ErrorOptions): never => {
      const error = new SessionStoreError(method, `session store ${what} (${method})`, options);
      events.emit("store-error", { operation: method, error });
      throw error;
    };
    const answer = attempt<unknown>(
      () => {
        const value: unknown = Reflect.apply(store[method] as () => unknown, store, args);
        // Nobody waits for a sweep or a close with a response in hand, so these take their time.
        const timed = isPromise(value) && method !== "sweep" && method !== "close";
        if (!timed) return value;
        const timely = inTime(value, limitMs);
        if (method !== "watch") return timely;
        // Nobody would ever stop one that answers late, and each attempt would leave another.
        return timely.then((it) => {
          if (it === LATE) value.then((stop) => (stop as () => unknown)()).catch(() => {});
          return it;
        });
      },
      (cause) => fail("failed", { cause }),
    );
    return chain(answer, (it) => {
      if (it === LATE) fail(`gave no answer within ${limitMs} ms`);
      if (!ALLOWED[method](it, args[0])) fail("gave an answer that its contract does not allow");
      return it;
    });
  };
  const methods = (Object.keys(ALLOWED) as Method[]).filter((method) => store[method]);
  return Object.fromEntries(
    methods.map((method) => [method, (...args: unknown[]) => call(method, args)]),
  ) as unknown as SessionStore;
}

/** A late answer is abandoned. */
function inTime<T>(answer: Promise<T>, limitMs: number): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, limitMs, LATE);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function isOneOf(answer: unknown, ...allowed: readonly unknown[]): boolean {
  return allowed.includes(answer);
}

/** Room was made for the write. */
function isEviction(answer: unknown): boolean {
  return isTexts((answer as { evicted?: unknown } | undefined | null)?.evicted);
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
