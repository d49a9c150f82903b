import type { Readable } from "node:stream";
import type { MaybePromise } from "@coatcheck/core";
import type { HandlerContext, ReplyKind, TestApp } from "./harness.ts";

/** A handler, and how its result is to be sent. `Result` is a description; the sending is the framework's own. */
export interface RouteOf<Kind extends ReplyKind, Result> {
  readonly reply: Kind;
  /** `false`: requests to this route have no session. */
  readonly session?: false;
  readonly handle: (context: HandlerContext) => MaybePromise<Result>;
}

export type TestRoute =
  /** The value as JSON. */
  | RouteOf<"json", unknown>
  /** A text. */
  | RouteOf<"text", string>
  /** 302 to the path returned. */
  | RouteOf<"redirect", string>
  /** No body, with the status returned: 204 or 304. */
  | RouteOf<"empty", number>
  /** The stream, handed to the framework. */
  | RouteOf<"stream", Readable>
  /** The file of the path returned, as the framework sends files. */
  | RouteOf<"file", string>
  /** Server-sent events: one `data:` per text, each sent as soon as it is there. */
  | RouteOf<"sse", AsyncIterable<string>>
  /** Nothing: the handler has taken over, or is about to take over, the raw response. */
  | RouteOf<"hijack", void>;

type Handle<Result> = (context: HandlerContext) => MaybePromise<Result>;

export const json = (handle: Handle<unknown>): TestRoute => ({ reply: "json", handle });
export const text = (handle: Handle<string>): TestRoute => ({ reply: "text", handle });
export const redirect = (handle: Handle<string>): TestRoute => ({ reply: "redirect", handle });
export const empty = (handle: Handle<number>): TestRoute => ({ reply: "empty", handle });
export const stream = (handle: Handle<Readable>): TestRoute => ({ reply: "stream", handle });
export const file = (handle: Handle<string>): TestRoute => ({ reply: "file", handle });
export const sse = (handle: Handle<AsyncIterable<string>>): TestRoute => ({ reply: "sse", handle });
export const hijack = (handle: Handle<void>): TestRoute => ({ reply: "hijack", handle });

/** Whether the route of a request has opted out of sessions: for frameworks that are told by a function. */
export function isOptedOut(app: TestApp, url: string | undefined): boolean {
  return app.routes[pathOf(url)]?.session === false;
}

export function pathOf(url: string | undefined): string {
  return url?.split("?", 1)[0] ?? "/";
}
