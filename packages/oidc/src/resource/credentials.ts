import type { HeadersLike } from "@coatcheck/core";

/** What a request is looked at for: an `IncomingMessage`, a `Request`, `{ headers }`. */
export interface BearerRequest {
  readonly headers: HeadersLike;
  readonly url?: string | undefined;
  /** Of an `IncomingMessage`: every field, where `headers` has the first alone. */
  readonly headersDistinct?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
}

/** The token; or that there is none, or none that can be told. */
export type Credentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "none" }
  /** Two of them, or an `Authorization` of the scheme Bearer that is none: RFC 6750 section 3.1, `invalid_request`. */
  | { readonly kind: "unclear" };

const NONE: Credentials = { kind: "none" };
const UNCLEAR: Credentials = { kind: "unclear" };
const BEARER = /^Bearer(?: +|$)(.*)$/is;
/** RFC 6750 section 2.1. */
const TOKEN = /^[\w.~+/-]+=*$/;

/**
 * The bearer token of a request: from `Authorization` and nowhere else. In a URL it would stand in logs and histories (RFC 9700 section 4.3.2), but beside the other it is a
 * second one, and RFC 6750 section 2 allows one.
 */
export function credentialsOf(request: BearerRequest | string | undefined | null): Credentials {
  if (typeof request !== "object" || request === null) return read(request ?? undefined);
  const [authorization, ...others] = fieldsOf(request);
  if (others.length > 0) return UNCLEAR;
  const credentials = read(authorization);
  return credentials.kind === "token" && isInUrl(request.url) ? UNCLEAR : credentials;
}

function read(authorization: string | undefined): Credentials {
  const [, token] = BEARER.exec(authorization?.trim() ?? "") ?? [];
  if (token === undefined) return NONE;
  return TOKEN.test(token) ? { kind: "token", token } : UNCLEAR;
}

function fieldsOf({ headers, headersDistinct }: BearerRequest): readonly string[] {
  if (headersDistinct?.authorization) return headersDistinct.authorization;
  if (typeof headers.get === "function") {
    const value: unknown = headers.get("authorization");
    return typeof value === "string" ? [value] : [];
  }
  return Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === "authorization" ? ((value ?? []) as string | string[]) : [],
  );
}

function isInUrl(url: string | undefined): boolean {
  const query = url?.split("?")[1];
  return query !== undefined && new URLSearchParams(query).has("access_token");
}
