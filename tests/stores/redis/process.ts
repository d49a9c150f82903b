import { type NodeRedisClusterLike, type RedisStore, redisStore } from "@coatcheck/store-redis";
import { type ManualClock, manualClock } from "@coatcheck/testkit";
import {
  DESTROY_ALONE,
  DESTROY_OF_USER,
} from "../../../packages/store-redis/src/script/destroy.ts";
import {
  ENTER,
  ENTRIES_OF_USER,
  PRUNE,
  RESERVE,
  SETTLE,
} from "../../../packages/store-redis/src/script/index-scripts.ts";
import { CONFIRM, SAVE_ALONE } from "../../../packages/store-redis/src/script/save.ts";
import { TOUCH_ALONE } from "../../../packages/store-redis/src/script/touch.ts";

const SCRIPTS = {
  SAVE: SAVE_ALONE,
  CONFIRM,
  TOUCH: TOUCH_ALONE,
  DESTROY: DESTROY_ALONE,
  DESTROY_OF_USER,
  ENTER,
  ENTRIES: ENTRIES_OF_USER,
  RESERVE,
  SETTLE,
  PRUNE,
};

/** One command of the protocol. */
export type Step = keyof typeof SCRIPTS | "GET";

const NAMES = new Map(
  Object.entries(SCRIPTS).flatMap(([name, { text, sha1 }]) => [
    [text, name],
    [sha1, name],
  ]),
);

/** A command that a process has come to, and goes no further than. Left alone, the process has died there. */
export interface Held {
  /** Resolves when it has come there. */
  readonly reached: Promise<void>;
  release(): void;
  /** The connection breaks there. */
  lose(): void;
}

/** One of the processes that share a Cluster. */
export interface Process {
  readonly store: RedisStore;
  readonly clock: ManualClock;
  /** Holds the next `step`, before it is sent or when its reply is on the way. */
  hold(step: Step, when?: "before" | "after"): Held;
}

interface Trap extends Held {
  readonly step: Step;
  readonly when: "before" | "after";
  enter(): Promise<void>;
}

export function startProcess(cluster: NodeRedisClusterLike, prefix: string, now: number): Process {
  const traps = new Set<Trap>();
  const pass = async (name: string | undefined, when: Trap["when"]): Promise<void> => {
    const trap = [...traps].find((it) => it.step === name && it.when === when);
    if (trap === undefined) return;
    traps.delete(trap);
    await trap.enter();
  };
  const client: NodeRedisClusterLike = {
    masters: [],
    sendCommand: async (key, readonly, args, options) => {
      const [command, script = ""] = args;
      const name = command === "GET" ? command : NAMES.get(script);
      await pass(name, "before");
      // A node that does not know the script throws here, so that only its execution counts.
      const reply = await cluster.sendCommand(key, readonly, args, options);
      await pass(name, "after");
      return reply;
    },
  };
  const clock = manualClock(now);
  return {
    store: redisStore({ client, prefix, clock }),
    clock,
    hold: (step, when = "before") => {
      const trap = setTrap(step, when);
      traps.add(trap);
      return trap;
    },
  };
}

function setTrap(step: Step, when: Trap["when"]): Trap {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  return {
    step,
    when,
    reached: reached.promise,
    enter: () => {
      reached.resolve();
      return released.promise;
    },
    release: () => released.resolve(),
    lose: () => released.reject(new Error("the connection is lost")),
  };
}
