import type { SessionNotifier, SessionStore } from "../store/contract.ts";
import type { Stores } from "./options.ts";

/** How often it is said that an end may have been missed, where one of the stores cannot tell of it. */
const LOOK_MS = 2000;

/** Tells both stores and watches both, since a process of before or after the migration knows one of them alone. */
export function notifierOf({ from, to }: Stores): Partial<SessionNotifier> {
  const able = [from, to].filter(canNotify);
  if (able.length === 0) return {};
  return {
    async announce(ids) {
      await Promise.all(able.map(async (store) => store.announce(ids)));
    },
    async watch(listener) {
      const stops: Array<() => unknown> = [];
      const stop = async (): Promise<void> => {
        await Promise.all(stops.map(async (it) => it()));
      };
      try {
        for (const store of able) stops.push(await store.watch(listener));
      } catch (error) {
        await stop();
        throw error;
      }
      if (able.length < 2) {
        const timer = setInterval(() => listener(undefined), LOOK_MS).unref();
        stops.push(() => clearInterval(timer));
      }
      return stop;
    },
  };
}

function canNotify(store: SessionStore): store is SessionStore & SessionNotifier {
  return !!store.announce && !!store.watch;
}
