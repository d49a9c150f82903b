import type {
  SessionEventName,
  SessionEvents,
  SessionStore,
  SessionsOptions,
  TokenStorage,
} from "@coatcheck/core";
import type { TokenStorageOptions } from "@coatcheck/core/token-storage";
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
  /** What a token storage is told beside its revocation store, or in its place. */
  readonly token?: Partial<TokenStorageOptions>;
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

/** Where sessions are kept: in a store, or each in its token. */
export type StorageKind = "server-side" | "token";

/** Makes a storage whose sessions live in their tokens: `(options) => sealed({ keys, ...options })`. */
export type TokenStorageMaker = (options: TokenStorageOptions) => TokenStorage;

/** What a case runs against. */
export interface FrameworkContext {
  readonly harness: FrameworkHarness;
  /** A fresh, empty store whose `clock` option is `clock`. */
  readonly store: SessionStore;
  readonly clock: ManualClock;
  /** Missing where the store itself keeps the sessions; otherwise it keeps what must be remembered of them. */
  readonly storage?: TokenStorageMaker | undefined;
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
  /** The requirements of OWASP ASVS 5.0 that it shows to be met, as `["7.2.4"]`. */
  readonly asvs?: readonly string[];
  /** What a framework package must support for there to be anything to see. */
  readonly needs?: readonly FrameworkFeature[];
  /** The kind of storage that it is about: the other one has a sentence of its own, or cannot keep it, for a reason in `docs/sealed.md`. Default: both. */
  readonly storage?: StorageKind;
  /** Rejects with an `AssertionError` where the package breaks the sentence. */
  run(context: FrameworkContext): Promise<void>;
}
