import type { Duration } from "../../duration.ts";
import type { SessionEventName, SessionEvents } from "../../events.ts";
import type { KeyOptions } from "../../sealed/key-ring.ts";
import { sealed } from "../../sealed/storage.ts";
import { A } from "../../sealed/testing/sealing.ts";
import { createSessions, type Sessions } from "../../session/manager.ts";
import type { SessionsOptions } from "../../session/options.ts";
import { sessionEventNames } from "../../session-event-names.ts";
import type { SessionStore } from "../../store/contract.ts";
import { memoryStore } from "../../store/memory.ts";
import {
  type Bench,
  Browser,
  type Loose,
  methodsOf,
  repeatable,
  START,
  type SyncStore,
} from "../../testing/bench.ts";
import type { SessionId } from "../../token/token.ts";
import type { CarriedSession } from "../codec.ts";

export interface SealedBenchOptions extends Omit<SessionsOptions<Loose>, "storage"> {
  readonly keys?: string | KeyOptions;
  /** The store answers in a later microtask. */
  readonly asynchronous?: boolean;
  readonly staleness?: Duration;
  readonly chunks?: number;
  /** `false`: revocation is `"none"`. */
  readonly remembers?: boolean;
}

/** Managers of sealed sessions over one revocation store and one clock, as one application has them in several processes. */
export interface SealedBench
  extends Pick<Bench<Loose>, "sessions" | "memory" | "calls" | "events" | "now" | "wait"> {
  eventsOf<Name extends SessionEventName>(name: Name): SessionEvents[Name][];
  browser(sessions?: Sessions): Browser;
  /** One more process, with these options on top, and with its clock so far ahead. */
  process(options?: SealedBenchOptions, aheadMs?: number): Sessions;
  /** Runs once, right before or after the store's next such call: what another request does in between. */
  around(call: keyof SessionStore, when: "before" | "after", work: () => unknown): void;
  /** Each call of the store fails from now on, or no longer. */
  down(is: boolean): void;
}

export function sealedBench(options: SealedBenchOptions = {}): SealedBench {
  let time = START;
  const clock = () => time;
  const memory = memoryStore({ clock }) as SyncStore;
  const { asynchronous = false } = options;
  const calls: string[] = [];
  const events: SealedBench["events"] = [];
  const hooks: { call: string; when: "before" | "after"; work: () => unknown }[] = [];
  let broken = false;
  let made = 0;
  const hook = (call: string, when: "before" | "after"): unknown => {
    const at = hooks.findIndex((it) => it.call === call && it.when === when);
    return at === -1 ? undefined : hooks.splice(at, 1)[0]?.work();
  };
  const methods = methodsOf(memory) as unknown as Record<string, (...args: unknown[]) => unknown>;
  const store = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...args: unknown[]): unknown => {
        calls.push(name);
        if (broken) throw new Error("connection refused");
        if (!asynchronous) return method(...args);
        return Promise.resolve(hook(name, "before")).then(async () => {
          const answer = method(...args);
          await hook(name, "after");
          return answer;
        });
      },
    ]),
  ) as unknown as SessionStore;
  const process = (more: SealedBenchOptions = {}, aheadMs = 0): Sessions => {
    const {
      keys = A,
      asynchronous: _,
      staleness,
      chunks,
      remembers,
      ...rest
    } = {
      ...options,
      ...more,
    };
    const kept = staleness ? { store, staleness } : store;
    const sessions = createSessions<Loose>({
      clock: () => time + aheadMs,
      random: repeatable(`process ${made++}`),
      ...rest,
      storage: sealed({
        keys,
        revocation: remembers === false ? "none" : kept,
        ...(chunks && { chunks }),
      }),
    });
    for (const name of sessionEventNames) {
      sessions.events.on(name, (event) => events.push([name, event as unknown as Loose]));
    }
    return sessions;
  };
  const sessions = process();
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
    browser: (of = sessions) => new Browser(of),
    process,
    around: (call, when, work) => hooks.push({ call, when, work }),
    down: (is) => {
      broken = is;
    },
  };
}

/** A session as a token could carry it. */
export function carried(changes: Partial<CarriedSession> = {}): CarriedSession {
  return {
    id: "AAAAAAAAAAAAAAAAAAAAAA" as SessionId,
    epoch: 0,
    since: START,
    userId: null,
    createdAt: START,
    authenticatedAt: null,
    lastSeenAt: START,
    expiresAt: START + 1_800_000,
    endsAt: START + 43_200_000,
    remember: undefined,
    registered: undefined,
    flash: undefined,
    data: "{}",
    ...changes,
  };
}

/** Whether a token opens that session, by the word of a manager. */
export async function opens(sessions: Sessions, token: string | undefined): Promise<boolean> {
  const browser = new Browser(sessions);
  browser.token = token;
  return !(await browser.open()).isNew;
}
