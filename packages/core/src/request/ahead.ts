import { headerOf, type SessionRequest } from "./request.ts";

/** Where browsers say that nobody looks yet; the first is the one of today. */
const PURPOSES = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/** Whether the browser asks ahead of its user, who may never come: a prefetch, a prerendered page, a preview. */
export function isAhead({ headers }: SessionRequest): boolean {
  return PURPOSES.some((name) => /prefetch|prerender|preview/i.test(headerOf(headers, name) ?? ""));
}
