/** Why something was refused or failed. The set is closed: `switch (error.code)` narrows. */
export type OidcErrorCode =
  /** This browser has begun no such login: another one has, or the cookie is gone. */
  | "transaction-missing"
  /** The login took longer than ten minutes. */
  | "transaction-expired"
  /** This answer of the provider was used before. */
  | "transaction-replayed"
  /** The answer that came by the browser is not one that the provider gives: another issuer, a parameter missing or twice. */
  | "response-invalid"
  /** The provider did not take its own code: used, or too old. */
  | "code-refused"
  /** The ID token is not good: signature, algorithm, issuer, audience, nonce or time. */
  | "id-token-invalid"
  /** `requireSid`: the ID token names no session of the provider's. */
  | "sid-missing"
  /** `maxAuthAge`: the user authenticated too long ago, or the provider does not say when. */
  | "auth-too-old"
  /** `requireAcr`: the user did not authenticate well enough, or the provider does not say how. */
  | "acr-insufficient"
  /** `userId` gave none: this user is not to come in. */
  | "user-refused"
  /** The user, or the provider for them, said no. */
  | "login-denied"
  /** The provider answered the login with an error of another kind. */
  | "provider-refused"
  /** The provider cannot be reached, or does not answer as one does. */
  | "provider-down"
  /** The provider has signed the user out; or nobody is signed in by it. */
  | "signed-out"
  /** The provider has issued no access token, or none to renew it with. */
  | "no-token"
  /** Another site's page led to the login. */
  | "cross-site"
  /** An option that this needs is off. */
  | "off"
  /** The page after a logout was reached without one. */
  | "state-mismatch"
  /** Not that method. */
  | "method";

const STATUS: Readonly<Record<OidcErrorCode, number>> = {
  "transaction-missing": 400,
  "transaction-expired": 400,
  "transaction-replayed": 400,
  "response-invalid": 400,
  "code-refused": 400,
  "id-token-invalid": 400,
  "sid-missing": 400,
  "auth-too-old": 403,
  "acr-insufficient": 403,
  "user-refused": 403,
  "login-denied": 403,
  "provider-refused": 400,
  "provider-down": 503,
  "signed-out": 401,
  "no-token": 401,
  "cross-site": 403,
  off: 403,
  "state-mismatch": 400,
  method: 405,
};

/**
 * What was refused, or failed at the provider. It has no `cause`: those of the libraries hold tokens and claims. `detail` says what they say in one word,
 * as the claim that was wrong, or `invalid_client`.
 */
export class OidcError extends Error {
  declare readonly code: OidcErrorCode;
  /** HTTP status that fits. */
  declare readonly status: number;
  declare readonly statusCode: number;
  declare readonly expose: boolean;
  declare readonly detail: string | undefined;

  constructor(code: OidcErrorCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.name = "OidcError";
    this.code = code;
    this.status = STATUS[code];
    this.statusCode = this.status;
    this.expose = this.status < 500;
    this.detail = detail;
  }
}
