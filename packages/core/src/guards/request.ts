import { isHostOf } from "../request/origin.ts";
import { headerOf, type RequestFacts, type SessionRequest } from "../request/request.ts";
import { ownPath } from "./return-to.ts";

/** What a guard has to know of a request, beside its session. */
export interface GuardedRequest extends SessionRequest {
  /** Path and query as the client sent them, whatever a router has cut off. */
  readonly url?: string | undefined;
  /** What only the framework knows. */
  readonly facts?: RequestFacts | undefined;
}

/** Whether it would show to a person what it gets: a page load, or a form that was submitted. What a script fetches is none. */
export function isPage({ method = "GET", headers }: GuardedRequest): boolean {
  const mode = headerOf(headers, "sec-fetch-mode");
  // Forbidden to scripts (https://www.w3.org/TR/fetch-metadata/), so that a page load is what says so.
  if (mode !== undefined) return mode === "navigate";
  return isRead(method) && prefersHtml(headerOf(headers, "accept") ?? "");
}

/**
 * Where to come back after the login: to the page that was asked for; for a form or a script to the page that it is on, if that is one of ours. `undefined` if nothing
 * says it, or `isSecret` says that it must not be passed on.
 */
export function returnToOf(
  request: GuardedRequest,
  isSecret: (path: string) => boolean,
): string | undefined {
  const { method = "GET", url } = request;
  const path = isPage(request) && isRead(method) ? ownPath(url) : ownReferer(request);
  return path !== undefined && !isSecret(path) ? path : undefined;
}

function ownReferer(request: GuardedRequest): string | undefined {
  const page = URL.parse(headerOf(request.headers, "referer") ?? "");
  return page && isHostOf(page, request, request.facts)
    ? ownPath(page.pathname + page.search)
    : undefined;
}

function isRead(method: string): boolean {
  return /^(GET|HEAD)$/i.test(method);
}

/** Of a browser from before fetch metadata. `Accept: * / *`, without the spaces, is what scripts and tools send. */
function prefersHtml(accept: string): boolean {
  return qualityOf(accept, "text/html") > qualityOf(accept, "application/json");
}

/** RFC 9110 section 12.5.1; 0 for what is not named. */
function qualityOf(accept: string, type: string): number {
  for (const range of accept.split(",")) {
    const [name = "", ...parameters] = range.split(";").map((it) => it.trim().toLowerCase());
    if (name !== type) continue;
    const weight = parameters.find((it) => it.startsWith("q="));
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
  }
  return 0;
}
