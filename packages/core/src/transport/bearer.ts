import { complete } from "../config.ts";
import { headerOf } from "../request/request.ts";
import { fieldName } from "./field-name.ts";
import { toldByHeader } from "./told-by-header.ts";
import type { SessionTransport } from "./transport.ts";

export interface BearerOptions {
  /** The response header with a new token; empty when the client has to forget its own. Default `"x-session-token"`. */
  reply?: string;
}

/**
 * `Authorization: Bearer <token>` (RFC 6750 section 2.1), for clients without cookies. Authorization has no counterpart in responses, so a new
 * token comes by a header of its own.
 */
export function bearer(options: BearerOptions = {}): SessionTransport {
  const { reply } = complete(options, "transport bearer", { reply: "x-session-token" });
  const field = fieldName("transport bearer.reply", reply);
  return toldByHeader("bearer", "Authorization", field, ({ headers }) => {
    // The scheme is not case-sensitive (RFC 9110 section 11.1). What follows may be no token of ours: then it counts as malformed.
    const match = /^bearer(?: +|$)(.*)$/i.exec(headerOf(headers, "authorization")?.trim() ?? "");
    return match ? [match[1] as string] : [];
  });
}
