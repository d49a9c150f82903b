import type { NamedTransport, Transport } from "../transport/transport.ts";
import type { Refusal } from "./requirement.ts";

/** What an error_description must not hold (RFC 6750 section 3): it would end the quotes, or the header. */
const UNTELLABLE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/**
 * WWW-Authenticate. For bearer tokens as RFC 6750 section 3 and RFC 9470 section 3 have it; the same under a name of its own for
 * cookies and headers, for which no scheme is registered: browsers ask nobody for a password by one that they do not know.
 */
export function challengeFor(
  { code, detail, maxAge }: Refusal,
  transport: Transport | NamedTransport,
): string {
  const name = "name" in transport ? transport.name : "cookie";
  const scheme = name === "bearer" ? "Bearer" : transport.ambient ? "Cookie" : "Session";
  const parameters = [`realm="session"`];
  if (code === "stale-login" || code === "not-elevated") {
    parameters.push(
      `error="insufficient_user_authentication"`,
      `error_description="${detail.replace(UNTELLABLE, "?")}"`,
    );
  }
  if (maxAge !== undefined) parameters.push(`max_age="${maxAge}"`);
  return `${scheme} ${parameters.join(", ")}`;
}
