import type {
  SessionEventName,
  SessionEvents,
  SessionStore,
  SessionsOptions,
  TokenStorage,
} from "@coatcheck/core";
import type { ManualClock } from "../clock.ts";
import type { CountingStore } from "../store/counting.ts";
import type { FaultStore } from "../store/fault.ts";
import type {
  FrameworkFeature,
  FrameworkHarness,
  TestData,
  TestManager,
  TestSessions,
} from "./harness.ts";
import type { ParkingStore } from "./parking.ts";
import type { TestRoute } from "./route.ts";
import type { Visitor } from "./visitor.ts";

/** What the manager of a site may be told; store, clock and cross-site policy have defaults. */
export interface SiteOptions extends Omit<SessionsOptions<TestData>, "storage" | "clock"> {
  readonly lazy?: boolean;
  /** Further managers, each with a store of its own. */
  readonly others?: (clock: ManualClock) => readonly TestManager[];
}

/** An event of the manager. */
export interface SeenEvent<Name extends SessionEventName = SessionEventName> {
  readonly name: Name;
  readonly event: SessionEvents[Name];
}

/** An application under test, served over HTTP, with a hand on its store. */
export interface Site {
  readonly port: number;
  readonly sessions: TestSessions;
  /** What the manager's store was asked for. */
  readonly store: CountingStore;
  /** Makes the store fail. */
  readonly faults: FaultStore;
  /** Makes the store wait. */
  readonly parking: ParkingStore;
  /** Every event so far. */
  readonly events: readonly SeenEvent[];
  /** Every error that reached the framework's error handling or log. */
  readonly errors: readonly unknown[];
  /** A new client without cookies. */
  visitor(): Visitor;
  /** Resolves after the server has answered another request: what it sent before has arrived by then. */
  settle(): Promise<void>;
}

/** Sessions that live in their tokens, with `store` for what must be remembered of them. */
export type StorageOver = (store: SessionStore) => TokenStorage;

/** What a case runs against. */
export interface FrameworkContext {
  readonly harness: FrameworkHarness;
  /** A fresh, empty store whose `clock` option is `clock`. */
  readonly store: SessionStore;
  readonly clock: ManualClock;
  /** Missing where the store itself keeps the sessions. */
  readonly storage?: StorageOver | undefined;
  /** Serves an application until the case is over. */
  serve(routes: Readonly<Record<string, TestRoute>>, options?: SiteOptions): Promise<Site>;
  /** The path of a file with this content, until the case is over. */
  file(content: string): string;
}

/** One sentence about what a framework package does, and how to see whether it holds. */
export interface FrameworkCase {
  readonly name: string;
  /** The numbers of the guarantees that rest on it. */
  readonly guarantee?: readonly number[];
  /** What a framework package must support for there to be anything to see. */
  readonly needs?: readonly FrameworkFeature[];
  /** Which storage keeps it: the others cannot, for a reason that the documentation gives. Default: all. */
  readonly storage?: "server-side" | "token";
  /** Rejects with an `AssertionError` where the package breaks the sentence. */
  run(context: FrameworkContext): Promise<void>;
}
