import { createHash } from "node:crypto";
import { parseSetCookie } from "cookie";
import type { SessionEventName, SessionEvents } from "../events.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { createSessions, type Sessions } from "../session/manager.ts";
import type { SessionsOptions } from "../session/options.ts";
import type { Session } from "../session/session.ts";
import { sessionEventNames } from "../session-event-names.ts";
import type { SessionStore } from "../store/contract.ts";
import { type MemoryStore, memoryStore } from "../store/memory.ts";
import type { SessionId } from "../token/token.ts";

export type Loose = Record<string, unknown>;
export type StoreCall = keyof MemoryStore;
/** A memory store as it is: it answers at once. */
export type SyncStore = {
  [Name in StoreCall]: (
    ...args: Parameters<MemoryStore[Name]>
  ) => Exclude<ReturnType<MemoryStore[Name]>, Promise<unknown>>;
};

export const START = 2_000_000_000_000;

/** A manager over a memory store, with a clock that stands still, repeatable randomness, a log of events and of store calls. */
export interface Bench<Data extends object = Loose> {
  readonly sessions: Sessions<Data>;
  readonly memory: SyncStore;
  /** Every store call so far, by name. `length = 0` empties it. */
  readonly calls: string[];
  /** Every event so far, as `[name, event]`. */
  readonly events: [name: SessionEventName, event: Loose][];
  /** The events of one name. */
  eventsOf<Name extends SessionEventName>(name: Name): SessionEvents[Name][];
  now(): number;
  wait(ms: number): void;
  /** Runs once, right before the store's next such call: what another request does in between. */
  before(call: StoreCall, work: () => unknown): void;
  browser(): Browser<Data>;
}

const METHODS = [
  "read",
  "create",
  "update",
  "touch",
  "destroy",
  "listByUser",
  "destroyByUser",
  "sweep",
] as const satisfies readonly StoreCall[];

/** `asynchronous: true`: the store answers in a later microtask, as one on the network does. */
export function bench<Data extends object = Loose>(
  options: SessionsOptions<Data> & { asynchronous?: boolean } = {},
): Bench<Data> {
  const { asynchronous = false, ...rest } = options;
  let time = START;
  const clock = () => time;
  const memory = memoryStore({ clock }) as SyncStore;
  const calls: string[] = [];
  const hooks = new Map<StoreCall, (() => unknown)[]>();
  const store = Object.fromEntries(
    METHODS.map((name) => {
      const method = memory[name].bind(memory) as (...args: unknown[]) => unknown;
      const call = (...args: unknown[]): unknown => {
        calls.push(name);
        const hooked = hooks.get(name)?.shift()?.();
        if (!asynchronous) return method(...args);
        return Promise.resolve(hooked).then(() => method(...args));
      };
      return [name, call];
    }),
  ) as unknown as SessionStore;
  const sessions = createSessions<Data>({
    storage: store,
    clock,
    random: repeatable(),
    ...rest,
  } as SessionsOptions<Data>);
  const events: Bench<Data>["events"] = [];
  for (const name of sessionEventNames) {
    sessions.events.on(name, (event) => events.push([name, event as unknown as Loose]));
  }
  return {
    sessions,
    memory,
    calls,
    events,
    eventsOf: (name) =>
      events.filter(([it]) => it === name).map(([, event]) => event) as unknown as never,
    now: clock,
    wait: (ms) => {
      time += ms;
    },
    before: (call, work) => {
      hooks.set(call, [...(hooks.get(call) ?? []), work]);
    },
    browser: () => new Browser(sessions),
  };
}

/** A memory store's methods as a plain object, to put others in their place. */
export function methodsOf(memory: SyncStore): SessionStore {
  return {
    read: (id) => memory.read(id),
    create: (record, limit) => memory.create(record, limit),
    update: (record, version, limit) => memory.update(record, version, limit),
    touch: (id, times) => memory.touch(id, times),
    destroy: (id) => memory.destroy(id),
    listByUser: (userId) => memory.listByUser(userId),
    destroyByUser: (userId, except) => memory.destroyByUser(userId, except),
  };
}

/** Bytes that look random and are the same in every run. */
export function repeatable(seed = "bench"): (size: number) => Uint8Array {
  let counter = 0;
  return (size) => {
    const bytes = createHash("sha256").update(`${seed} ${counter++}`).digest();
    return Uint8Array.from(bytes.subarray(0, size));
  };
}

/** One client's cookie, as its browser keeps it. */
export class Browser<Data extends object = Loose> {
  token: string | undefined;
  /** What the last response said. */
  headers: readonly HeaderPair[] = [];
  readonly #sessions: Sessions<Data>;

  constructor(sessions: Sessions<Data>) {
    this.#sessions = sessions;
  }

  /** Sends a request with the cookie as it is now. */
  async open(headers: Record<string, string> = {}): Promise<Session<Data>> {
    const cookie = this.token === undefined ? {} : { cookie: `__Host-id=${this.token}` };
    return this.#sessions.open({ headers: { ...cookie, ...headers } });
  }

  /** Commits, and takes the response. */
  async commit(session: Session<Data>): Promise<readonly HeaderPair[]> {
    return this.receive(await this.#sessions.commit(session));
  }

  /** The response to an earlier request arrives. */
  receive(headers: readonly HeaderPair[]): readonly HeaderPair[] {
    this.headers = headers;
    for (const [name, value] of headers) {
      if (name !== "set-cookie") continue;
      const cookie = parseSetCookie(value);
      this.token = cookie.maxAge === 0 ? undefined : cookie.value;
    }
    return headers;
  }

  /** A whole request: open, work, commit. */
  async visit<T>(work: (session: Session<Data>) => T): Promise<T> {
    const session = await this.open();
    const result = work(session);
    await this.commit(session);
    return result;
  }

  /** Another browser, or a thief, with the same cookie. */
  copy(): Browser<Data> {
    const other = new Browser(this.#sessions);
    other.token = this.token;
    return other;
  }

  /** What of `Set-Cookie` the last response had. */
  get setCookies(): string[] {
    return this.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
  }
}

/** The id in a token. */
export function idOf(token: string | undefined): SessionId {
  if (token === undefined) throw new Error("there is no token");
  return token.slice(0, 22) as SessionId;
}
