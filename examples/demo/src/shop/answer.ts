import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";

/** What the shop answers, for any framework to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** After an action: the browser fetches the page with GET, so that a reload repeats nothing. */
export function redirect(to: string, headers: Answer["headers"] = {}): Answer {
  return { status: 303, headers: { location: to, ...headers }, body: Readable.from([]) };
}

/** After an action: a script asks for JSON, and is told where it would have been sent. `fetch` does not tell. */
export function goOn(
  { accept }: IncomingHttpHeaders,
  next: string,
  headers: Answer["headers"] = {},
): Answer {
  if (accept !== "application/json") return redirect(next, headers);
  const own = { "content-type": accept, "cache-control": "no-store" };
  return {
    status: 200,
    headers: { ...own, ...headers },
    body: Readable.from([JSON.stringify({ next })]),
  };
}

/** A page in parts, as they become known. */
export function page(
  parts: AsyncIterable<string>,
  status = 200,
  headers: Answer["headers"] = {},
): Answer {
  return { status, headers: { ...PAGE_HEADERS, ...headers }, body: Readable.from(parts) };
}

/** For a page of somebody who is logged in: after the logout, Back must not bring it out of the browser's memory (ASVS 14.3.1). */
export const PRIVATE: Answer["headers"] = { "cache-control": "no-store" };

/** Nothing from elsewhere, and no script but the one file of our own. */
const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
};
