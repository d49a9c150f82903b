import { createSessions, type SessionId, type SessionStore } from "@coatcheck/core";
import { manualClock, type StepStore, seededRandom, stepStore } from "@coatcheck/testkit";
import {
  type Data,
  type Operation,
  perform,
  type Side,
  USER,
} from "../../interleavings/operations.ts";
import {
  COOKIE,
  type Outcome,
  openWith,
  type RaceWorld,
  type Start,
} from "../../interleavings/world.ts";
import { KINDS, type Kind, type OpenUnderlying, type Underlying } from "./kinds.ts";

/**
 * How far an earlier process, that died over it, has moved the session: after so many calls. Not at all; a placeholder; sealed;
 * settled, but not tidied up; all the way.
 */
export type Progress = 2 | 3 | 4 | 5 | 6;

export interface Setting {
  readonly open: OpenUnderlying;
  readonly kinds: readonly [Kind, Kind];
  readonly start: Start;
  readonly progress: Progress;
  readonly operations: readonly [Operation, Operation];
}

/** Two requests in two processes. What is parked are the calls on the two stores underneath. */
export interface MigrationWorld extends RaceWorld {
  /** Both processes' stores, not parked. */
  readonly views: readonly [SessionStore, SessionStore];
}

export async function migration(setting: Setting): Promise<MigrationWorld> {
  const { kinds, operations, progress } = setting;
  const clock = manualClock();
  const stores = setting.open(clock);
  const steps = { from: stepStore(stores.from), to: stepStore(stores.to) };
  const lost: string[] = [];
  const sessions = (storage: SessionStore, seed: string) =>
    createSessions<Data>({ storage, clock, random: seededRandom(seed), storeTimeout: "1h" });

  const first = sessions(stores.from, "before");
  const session = await first.open({ headers: {} });
  session.set("before", "kept");
  if (setting.start === "logged in") session.login(USER);
  const token = tokenOf(await first.commit(session)) ?? "";
  const id = token.slice(0, token.indexOf("."));
  void KINDS.move(budgeted(stores, progress)).read(id as SessionId);

  const request = async (index: 0 | 1, side: Side): Promise<Outcome> => {
    const label = index === 0 ? "A" : "B";
    const storage = KINDS[kinds[index]]({ from: steps.from.as(label), to: steps.to.as(label) });
    const racing = sessions(storage, `race ${side}`);
    racing.events.on("commit-lost", ({ reason }) => lost.push(reason));
    const mine = await openWith(racing, token);
    const joined = !mine.isNew;
    perform(operations[index], mine, side);
    return { sets: tokenOf(await racing.commit(mine)), joined };
  };
  const views = [KINDS[kinds[0]](stores), KINDS[kinds[1]](stores)] as const;
  return {
    step: both(steps.from, steps.to),
    run: [() => request(0, "a"), () => request(1, "b")],
    after: sessions(views[1], "after"),
    store: views[1],
    views,
    token,
    id,
    lost,
    dispose: async () => {
      await stores.from.close?.();
      await stores.to.close?.();
    },
  };
}

export function tokenOf(headers: ReadonlyArray<readonly [string, string]>): string | undefined {
  const line = headers.find(([name]) => name === "set-cookie")?.[1];
  return line?.slice(COOKIE.length + 1, line.indexOf(";"));
}

/** The two stores of a process that dies after `calls` calls. */
function budgeted({ from, to }: Underlying, calls: number): Underlying {
  let left = calls;
  const limit = (inner: SessionStore): SessionStore =>
    new Proxy(inner, {
      get(store, name: keyof SessionStore) {
        const method = store[name] as ((...args: unknown[]) => unknown) | undefined;
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => {
          left -= 1;
          return left >= 0 ? method.apply(store, args) : new Promise(() => {});
        };
      },
    });
  return { from: limit(from), to: limit(to) };
}

/** Two step stores in one schedule. A task makes one call at a time, so their order between the stores does not matter. */
export function both(one: StepStore, other: StepStore): StepStore {
  return Object.create(one, {
    waiting: { get: () => [...one.waiting, ...other.waiting] },
    release: {
      value: (index = 0) =>
        index < one.waiting.length ? one.release(index) : other.release(index - one.waiting.length),
    },
  }) as StepStore;
}
