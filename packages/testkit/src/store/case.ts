import type { SessionStore } from "@coatcheck/core";
import type { ManualClock } from "../clock.ts";

/** A capability that a store may have or lack. */
export type StoreCapability = "byUser" | "sweep" | "notify";

/** What a case runs against. */
export interface StoreContext {
  /** A fresh, empty store whose `clock` option is `clock`. */
  readonly store: SessionStore;
  readonly clock: ManualClock;
  /**
   * The same storage through another connection, where there is such a thing. The parallel cases use both. The caller
   * closes it, as it closes `store`.
   */
  readonly peer?: SessionStore;
}

/** One sentence of the store contract, and how to see whether it holds. */
export interface StoreCase {
  readonly name: string;
  /** The numbers of the guarantees that rest on it. */
  readonly guarantee?: readonly number[];
  /** Capabilities without which there is nothing to see. */
  readonly needs?: readonly StoreCapability[];
  /** Capabilities whose absence is the point. */
  readonly lacks?: readonly StoreCapability[];
  /** Rejects with an `AssertionError` where the store breaks the sentence. */
  run(context: StoreContext): Promise<void>;
}
