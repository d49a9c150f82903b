import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Session, Sessions } from "@coatcheck/core";
import type { TestRoute } from "./route.ts";

/** What the suite's sessions hold. */
export type TestData = Record<string, unknown>;
export type TestSessions = Sessions<TestData>;
export type TestSession = Session<TestData>;

/** The ways to answer that a framework package may support. */
export type ReplyKind =
  | "json"
  | "text"
  | "redirect"
  | "empty"
  | "stream"
  | "file"
  | "sse"
  | "hijack";

export type FrameworkFeature =
  | ReplyKind
  /** Saves by itself before the first byte of the response, and again before its end. */
  | "gate"
  /** `sessions.of(request)`, of the framework's request and of Node's own. */
  | "of"
  /** Reads nothing before `sessions.load(request)`. */
  | "lazy"
  /** Routes without a session. */
  | "optOut"
  /** Several managers on one application. */
  | "managers"
  /** Its server can be told to admit a Cookie header of more than a megabyte, and `start` does so. */
  | "largeHeaders";

/** What a handler of the suite gets to work with. */
export interface HandlerContext {
  /** What the framework hands to its handlers: a request, or Koa's context. */
  readonly request: object;
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** The session under its property on `request`, looked up at each access. */
  readonly session: TestSession;
  /** The session of a further manager. */
  sessionAt(property: string): TestSession;
  /** Sets a response header as the framework's users do. */
  header(name: string, value: string | string[]): void;
}

/** One manager of the application. */
export interface TestManager {
  readonly sessions: TestSessions;
  /** Where handlers find its session. */
  readonly property: string;
  readonly lazy: boolean;
}

/** An application that a harness builds with its framework. */
export interface TestApp {
  readonly managers: readonly TestManager[];
  /** Handlers by path. Each answers every method. */
  readonly routes: Readonly<Record<string, TestRoute>>;
  /** To be called with every error that reaches the framework's error handling or its log. */
  readonly onError: (error: unknown) => void;
}

/** An application that listens on a port of 127.0.0.1. */
export interface RunningApp {
  readonly port: number;
  readonly server: Server;
  /** Closes the server and every connection. */
  close(): Promise<void>;
}

/** How a framework package plugs into the suite. */
export interface FrameworkHarness {
  readonly name: string;
  readonly features: ReadonlySet<FrameworkFeature>;
  start(app: TestApp): Promise<RunningApp>;
}
