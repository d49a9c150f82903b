import { isAhead } from "../../request/ahead.ts";
import { headerOf, type SessionRequest } from "../../request/request.ts";
import { hasParameter } from "../parameter.ts";

/** A code is exchanged, and the client sent on. */
export const EXCHANGE = 303;
/** Nothing is done: the browser discards the answer, and asks again when its user goes there. */
export const NOT_YET = 503;

/**
 * What a request with a code is answered with; `undefined` where it counts as one without. Only somebody who goes to the page uses its code up:
 * no scanner of links (HEAD), no picture, frame or script of another page that would plant a session, and no prefetch.
 */
export function arrivalOf(request: SessionRequest, name: string): number | undefined {
  const { method = "GET", url, headers } = request;
  if (!hasParameter(url, name) || method.toUpperCase() !== "GET") return undefined;
  // Answered as it is, or sent on, a prefetch would fetch the page without a session, and the browser might show that one.
  if (isAhead(request)) return NOT_YET;
  const is = (field: string, value: string) => (headerOf(headers, field) ?? value) === value;
  const goes = is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
  return goes && headerOf(headers, "upgrade") === undefined ? EXCHANGE : undefined;
}
