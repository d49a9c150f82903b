import { headerOf } from "../request/request.ts";
import { fieldName } from "./field-name.ts";
import { toldByHeader } from "./told-by-header.ts";
import type { SessionTransport } from "./transport.ts";

/**
 * A header of requests and responses, as `header("x-session")`. The request's holds the token; the response's a new one whenever the client has to
 * take it over, and nothing (an empty value) when it has to forget its own.
 *
 * @throws SessionConfigError for a header that means something else in HTTP.
 */
export function header(name: string): SessionTransport {
  const field = fieldName("transport header", name);
  return toldByHeader(`header ${field}`, field, field, ({ headers }) => {
    // Fields of one name arrive joined (RFC 9110 section 5.3): then it is no token, and counts as malformed.
    const value = headerOf(headers, field)?.trim();
    return value ? [value] : [];
  });
}
