import { ClientError, ResponseBodyError } from "openid-client";
import { OidcError } from "../errors.ts";

/** What a provider's error codes look like (RFC 6749 section 5.2). Anything else is not worth repeating, or not safe. */
const ERROR_CODE = /^[a-z_.-]{1,64}$/;

/** What the library says of an ID token that it refuses. */
const ID_TOKEN = new Set([
  "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
  "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
  "OAUTH_KEY_SELECTION_FAILED",
  "OAUTH_INVALID_RESPONSE",
  "OAUTH_PARSE_ERROR",
  "OAUTH_UNSUPPORTED_OPERATION",
]);

/**
 * What went wrong at the provider, in our own words. The libraries' errors hold what was answered, tokens among it (guarantee 15): nothing of
 * them goes along but codes.
 */
export function failureOf(error: unknown): OidcError {
  if (error instanceof OidcError) return error;
  if (error instanceof ResponseBodyError)
    return new OidcError("provider-down", codeOf(error.error));
  return new OidcError("provider-down", detailOf(error));
}

/** The same of the answer to a code. */
export function exchangeFailure(error: unknown): OidcError {
  if (error instanceof ResponseBodyError && error.error === "invalid_grant") {
    return new OidcError("code-refused");
  }
  // What the library asserts of an ID token before its claims are looked at, as `alg` and the number of its parts.
  if (error instanceof ClientError && ID_TOKEN.has(error.code ?? "")) {
    return new OidcError("id-token-invalid", claimOf(error) ?? error.code);
  }
  return failureOf(error);
}

/** Whether the provider says that a refresh token is worth nothing any more. */
export function isGrantOver(error: unknown): boolean {
  return error instanceof ResponseBodyError && error.error === "invalid_grant";
}

/** An error code of a provider's, if it is one. */
export function codeOf(text: unknown): string | undefined {
  return typeof text === "string" && ERROR_CODE.test(text) ? text : undefined;
}

/** The name of a claim, where the library says which. */
function claimOf(error: ClientError): string | undefined {
  const { cause } = Object(error.cause) as { readonly cause?: unknown };
  return codeOf((Object(cause) as { readonly claim?: unknown }).claim);
}

/** A code of the library's or of the network's. */
function detailOf(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { readonly code?: unknown; readonly cause?: unknown };
  const found = [code, (Object(cause) as { readonly code?: unknown }).code];
  return found.find((it): it is string => typeof it === "string" && /^[A-Z_]{1,64}$/.test(it));
}
