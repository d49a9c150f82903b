import { isObject } from "../object.ts";
import { type HeadersLike, headerOf } from "../request/request.ts";

/** Whatever has headers, and perhaps a body that was parsed. */
export interface CsrfRequest {
  readonly headers: HeadersLike;
  /** Fields by name. */
  readonly body?: unknown;
}

/**
 * The token that came with a request: in the header `X-CSRF-Token`, else in a field of the parsed body, by default `"_csrf"`. Never in the URL, which
 * goes along in Referer headers and into logs.
 */
export function csrfTokenOf({ headers, body }: CsrfRequest, field = "_csrf"): string | undefined {
  const told = headerOf(headers, "x-csrf-token");
  if (told !== undefined) return told;
  const value = isObject(body) && Object.hasOwn(body, field) ? body[field] : undefined;
  return typeof value === "string" ? value : undefined;
}
