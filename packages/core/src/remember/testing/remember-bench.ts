import { parseSetCookie } from "cookie";
import type { SessionEventName, SessionEvents } from "../../events.ts";
import type { HeaderPair } from "../../session/delivery.ts";
import { createSessions, type Sessions } from "../../session/manager.ts";
import type { SessionsOptions } from "../../session/options.ts";
import type { Session } from "../../session/session.ts";
import { sessionEventNames } from "../../session-event-names.ts";
import type { SessionStore } from "../../store/contract.ts";
import { memoryStore } from "../../store/memory.ts";
import { type Loose, methodsOf, repeatable, START, type SyncStore } from "../../testing/bench.ts";
import { type RememberOptions, rememberMe } from "../options.ts";

type Which = "sessions" | "tokens";
type Call = keyof SessionStore;

/** A manager with remember-me over two memory stores that answer in a later microtask, with a log of their calls and a hook before each. */
export interface RememberBench {
  readonly sessions: Sessions;
  readonly stores: Readonly<Record<Which, SyncStore>>;
  readonly calls: string[];
  readonly events: [name: SessionEventName, event: Loose][];
  eventsOf<Name extends SessionEventName>(name: Name): SessionEvents[Name][];
  now(): number;
  wait(ms: number): void;
  /** Runs once, right before that store's next such call. */
  before(which: Which, call: Call, work: () => unknown): void;
  browser(): Jar;
}

export function rememberBench(
  options: SessionsOptions<Loose> & {
    remembering?: Partial<RememberOptions>;
    turn?: () => Promise<void>;
  } = {},
): RememberBench {
  const { remembering, turn, ...rest } = options;
  let time = START;
  const clock = () => time;
  const calls: string[] = [];
  const hooks: { at: string; work: () => unknown }[] = [];
  const stores = {
    sessions: memoryStore({ clock }) as SyncStore,
    tokens: memoryStore({ clock }) as SyncStore,
  };
  const watched = (which: Which) =>
    Object.fromEntries(
      Object.entries(methodsOf(stores[which])).map(([name, method]) => [
        name,
        async (...args: unknown[]): Promise<unknown> => {
          const at = `${which}.${name}`;
          await turn?.();
          calls.push(at);
          const index = hooks.findIndex((hook) => hook.at === at);
          if (index !== -1) await hooks.splice(index, 1)[0]?.work();
          return (method as (...args: unknown[]) => unknown)(...args);
        },
      ]),
    ) as unknown as SessionStore;
  const sessions = createSessions<Loose>({
    storage: watched("sessions"),
    remember: rememberMe({ store: watched("tokens"), ...remembering }),
    clock,
    random: repeatable(),
    ...rest,
  } as SessionsOptions<Loose>);
  const events: RememberBench["events"] = [];
  for (const name of sessionEventNames) {
    sessions.events.on(name, (event) => events.push([name, event as unknown as Loose]));
  }
  return {
    sessions,
    stores,
    calls,
    events,
    eventsOf: (name) =>
      events.filter(([it]) => it === name).map(([, event]) => event) as unknown as never,
    now: clock,
    wait: (ms) => {
      time += ms;
    },
    before: (which, call, work) => hooks.push({ at: `${which}.${call}`, work }),
    browser: () => new Jar(sessions),
  };
}

/** A browser's two cookies. */
export class Jar {
  readonly cookies = new Map<string, string>();
  headers: readonly HeaderPair[] = [];
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async open(): Promise<Session> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return this.#sessions.open({ headers: cookie ? { cookie } : {} });
  }

  async commit(session: Session): Promise<void> {
    this.receive(await this.#sessions.commit(session));
  }

  receive(headers: readonly HeaderPair[]): void {
    this.headers = headers;
    for (const [name, value] of headers) {
      if (name !== "set-cookie") continue;
      const cookie = parseSetCookie(value);
      if (cookie.maxAge === 0) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value ?? "");
    }
  }

  async visit<T>(work: (session: Session) => T): Promise<T> {
    const session = await this.open();
    const result = work(session);
    await this.commit(session);
    return result;
  }

  /** Who is logged in, by a whole request. */
  async user(): Promise<string | undefined> {
    return this.visit((session) => session.userId);
  }

  /** The browser was closed: only what outlives it is left. */
  close(): this {
    this.cookies.delete("__Host-id");
    return this;
  }

  copy(): Jar {
    const other = new Jar(this.#sessions);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  get setCookies(): string[] {
    return this.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
  }
}
