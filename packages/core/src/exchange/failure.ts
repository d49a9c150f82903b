import type { ServerResponse } from "node:http";
import { hasStatusMessage } from "./seal-head.ts";

/** What describes the body that will not be sent. Security headers and the like stay. */
const REPRESENTATION = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "content-range",
  "accept-ranges",
  "etag",
  "last-modified",
  "location",
  "transfer-encoding",
];

/** Removes what describes a body that will not be sent, wherever the headers are kept. */
export function removeRepresentation(target: { removeHeader(name: string): unknown }): void {
  for (const name of REPRESENTATION) target.removeHeader(name);
}

/**
 * Closes a body that will not be sent, if it is a stream: an open file would stay open, and one that fails with nobody listening would
 * bring the process down.
 */
export function discardBody(body: unknown): void {
  const { on, destroy, cancel } = (body ?? {}) as Partial<Record<string, unknown>>;
  if (typeof on === "function" && typeof destroy === "function") {
    on.call(body, "error", () => {});
    destroy.call(body);
  } else if (typeof cancel === "function") {
    Promise.resolve(cancel.call(body)).catch(() => {});
  }
}

/**
 * Listens to a body that has to wait: a stream that fails meanwhile, with nobody listening, would bring the process down. What is
 * returned ends that, and gives the failure.
 */
export function watchBody(body: unknown): () => Error | undefined {
  if (typeof body !== "object") return noFailure;
  const { on, removeListener } = (body ?? {}) as Partial<Record<string, unknown>>;
  if (typeof on !== "function" || typeof removeListener !== "function") return noFailure;
  let failure: Error | undefined;
  const keep = (error: Error) => {
    failure = error;
  };
  on.call(body, "error", keep);
  return () => {
    removeListener.call(body, "error", keep);
    return failure;
  };
}

function noFailure(): undefined {}

/** The status that an error asks for. */
export function statusOf(error: unknown): number {
  const { status } = error as { readonly status?: unknown };
  return typeof status === "number" ? status : 500;
}

/** Turns a response of which nothing has left into that of a failed commit: the error's own status, no trace of the body meant before. */
export function prepareFailure(response: ServerResponse, error: unknown): void {
  removeRepresentation(response);
  response.statusCode = statusOf(error);
  if (hasStatusMessage(response)) response.statusMessage = "";
}

/** The plain answer (RFC 9457). The error's own words are for the log: they may tell of the application's insides. */
export function failureBody(response: ServerResponse): string {
  const { statusCode } = response;
  const title = statusCode === 503 ? "Service Unavailable" : "Request Failed";
  response.setHeader("content-type", "application/problem+json");
  response.setHeader("cache-control", "no-store");
  return JSON.stringify({ type: "about:blank", title, status: statusCode });
}
