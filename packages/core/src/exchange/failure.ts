import type { ServerResponse } from "node:http";

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

/** Turns a response of which nothing has left into that of a failed commit: the error's own status, no trace of the body meant before. */
export function prepareFailure(response: ServerResponse, error: unknown): void {
  for (const name of REPRESENTATION) response.removeHeader(name);
  const { status } = error as { readonly status?: unknown };
  response.statusCode = typeof status === "number" ? status : 500;
  response.statusMessage = "";
}

/** The plain answer (RFC 9457). The error's own words are for the log: they may tell of the application's insides. */
export function failureBody(response: ServerResponse): string {
  const { statusCode } = response;
  const title = statusCode === 503 ? "Service Unavailable" : "Request Failed";
  response.setHeader("content-type", "application/problem+json");
  response.setHeader("cache-control", "no-store");
  return JSON.stringify({ type: "about:blank", title, status: statusCode });
}
