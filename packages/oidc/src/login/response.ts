import { OidcError } from "../errors.ts";
import { codeOf } from "../provider/failure.ts";

/** What has to be true of the provider's answer. */
export interface ResponseRules {
  readonly issuer: string;
  /** The provider's metadata say that it always names itself (RFC 9207). */
  readonly namesIssuer: boolean;
}

/** The parameters that an answer may have once, and of which two would be two answers. */
const ONCE = ["code", "state", "iss", "error"];
/** Of flows that nobody asked for: implicit, hybrid, JARM. */
const FOREIGN = ["id_token", "access_token", "token", "response"];

/**
 * Whether the parameters are an answer of the provider's to this login. The issuer comes first: what another one says, errors included, is not heeded
 * (mix-up, RFC 9207 section 2.4).
 *
 * @throws OidcError
 */
export function checkResponse(params: URLSearchParams, rules: ResponseRules): void {
  if (ONCE.some((name) => params.getAll(name).length > 1))
    throw new OidcError("response-invalid", "twice");
  if (FOREIGN.some((name) => params.has(name))) throw new OidcError("response-invalid", "foreign");
  const issuer = params.get("iss");
  if (issuer === null ? rules.namesIssuer : issuer !== rules.issuer) {
    throw new OidcError("response-invalid", "iss");
  }
  const error = params.get("error");
  if (error !== null) throw refused(codeOf(error));
  if (!params.get("code")) throw new OidcError("response-invalid", "code");
}

/** That nobody is signed in, or that something would have to be shown: what a silent login may be told (OpenID Connect Core section 3.1.2.6). */
const SILENT = new Set([
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
]);

export function isSilentNo({ code, detail }: OidcError): boolean {
  return code === "provider-refused" && SILENT.has(detail ?? "");
}

function refused(code: string | undefined): OidcError {
  if (code === "access_denied") return new OidcError("login-denied");
  const isDown = code === "temporarily_unavailable" || code === "server_error";
  return new OidcError(isDown ? "provider-down" : "provider-refused", code);
}
