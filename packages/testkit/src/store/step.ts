import { AsyncLocalStorage } from "node:async_hooks";
import type { MaybePromise, SessionStore } from "@coatcheck/core";
import { type StoreCall, wrapStore } from "./wrap.ts";

/** A call that waits for its release. */
export interface ParkedCall extends StoreCall {
  /** Counts the calls of this store from 1. */
  readonly number: number;
  /** Who called: the task's label within `interleavings`, else the label of the view (`as`). */
  readonly by: string | undefined;
}

/** A store in which every call waits until the test lets it happen. */
export interface StepStore extends SessionStore {
  /** The calls that wait, in the order in which they came. */
  readonly waiting: readonly ParkedCall[];
  /**
   * Executes the waiting call at `index` (default 0, the oldest). Resolves when the store has answered, well or badly;
   * the answer itself goes to the caller.
   *
   * @throws {RangeError} when no call waits there.
   */
  release(index?: number): Promise<void>;
  /** The same store, whose calls are marked as made by `label`. */
  as(label: string): SessionStore;
}

interface Parked extends ParkedCall {
  execute(): Promise<void>;
}

// Follows a task through its awaits, so that two tasks may share one manager and one store.
const task = new AsyncLocalStorage<string>();

/** Runs `work`; the calls that it makes on any step store are marked as made by `label`. */
export function labelled<T>(label: string, work: () => T): T {
  return task.run(label, work);
}

/** `inner`, one step at a time. */
export function stepStore(inner: SessionStore): StepStore {
  const waiting: Parked[] = [];
  let number = 0;

  const view = (label: string | undefined): SessionStore =>
    wrapStore(inner, (call, run) => {
      number += 1;
      const parked = park(run);
      const by = task.getStore() ?? label;
      waiting.push({ ...call, number, by, execute: parked.execute });
      return parked.answer;
    });
  return Object.assign(view(undefined), {
    waiting,
    as: view,
    release: async (index = 0): Promise<void> => {
      const [call] = waiting.splice(index, 1);
      if (call === undefined) throw new RangeError(`no call waits at ${index}`);
      await call.execute();
    },
  });
}

function park<T>(run: () => MaybePromise<T>): { answer: Promise<T>; execute: () => Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const execute = async (): Promise<void> => {
    try {
      resolve(await run());
    } catch (error) {
      reject(error);
    }
  };
  return { answer: promise, execute };
}
