import { randomBytes } from "node:crypto";
import { type Clock, type Duration, milliseconds, type Random } from "@coatcheck/core";
import { SignJWT } from "jose";
import { fail, knownOptions, mustBeText } from "../config.ts";
import { SUITES } from "../keys/algorithm.ts";
import { type Jwks, publicSet } from "../keys/jwks.ts";
import { type JwtKeyInput, type JwtKeyOptions, signingRing } from "../keys/ring.ts";
import { mustBeSayable } from "./details.ts";
import { ACCESS_TYPE } from "./type.ts";

export interface AccessTokensOptions {
  /** One key or several with their states: `EdDSA`, `Ed25519` or `ES256`, so that who checks tokens cannot make them. */
  readonly keys: JwtKeyInput | JwtKeyOptions;
  /** Who makes the tokens, as `"https://shop.example.com"`: the claim `iss`. */
  readonly issuer: string;
  /** The service that they are for, as `"https://api.example.com"`: the claim `aud`. */
  readonly audience: string;
  /** How long a token is good. Default `"5m"`, at most `"1h"`: nothing calls one back before. */
  readonly ttl?: Duration;
  /** The OAuth client that all of them are for: the claim `client_id`. Default: none. */
  readonly clientId?: string;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: Clock;
  /** Default: the system's secure source. */
  readonly random?: Random;
}

/** What a token says beside whom it is for. */
export interface AccessDetails {
  /** Space-separated, as `"cart:read cart:write"`. */
  readonly scope?: string | undefined;
  /** How strong the login was, and by what (RFC 9068 section 2.2.1). */
  readonly acr?: string | undefined;
  readonly amr?: readonly string[] | undefined;
  /** Further claims, as plain JSON: no Set, Date, `NaN`. Those that have a meaning here are refused. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

export interface AccessRequest extends AccessDetails {
  readonly userId: string;
  /** The session behind it: the claim `sid`. */
  readonly sessionId?: string | undefined;
  /** When the user authenticated, in milliseconds since the epoch: the claim `auth_time`. */
  readonly authenticatedAt?: number | undefined;
  /** Milliseconds since the epoch from which on it is worthless anyway, as the end of its session. Default: none. */
  readonly notAfter?: number | undefined;
}

export interface IssuedAccessToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Seconds from now until then, as OAuth's `expires_in`. */
  readonly expiresIn: number;
}

export interface AccessTokens {
  /** Throws a `TypeError` for details that it cannot say truthfully. */
  issue(request: AccessRequest): Promise<IssuedAccessToken>;
  /** What services check the tokens by. Serve it with `JWKS_HEADERS`. */
  jwks(): Jwks;
}

const OPTIONS = ["keys", "issuer", "audience", "ttl", "clientId", "clock", "random"];
const LONGEST = 3_600_000;

/**
 * Short-lived access tokens as RFC 9068 has them, for services that check them by `verifyAccessToken` and know nothing of sessions.
 *
 * @throws SessionConfigError
 */
export function accessTokens(options: AccessTokensOptions): AccessTokens {
  knownOptions(options, "", OPTIONS);
  const { keys, issuer, audience, ttl = "5m", clientId } = options;
  const { clock = Date.now, random = randomBytes } = options;
  mustBeText("issuer", issuer, "https://shop.example.com");
  mustBeText("audience", audience, "https://api.example.com");
  if (clientId !== undefined) mustBeText("clientId", clientId, "web");
  const lifetime = milliseconds(ttl, "ttl");
  if (lifetime < 1000 || lifetime > LONGEST) {
    fail("ttl", 'must be from "1s" to "1h": a token cannot be called back, so it has to be short');
  }
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  if (typeof random !== "function") fail("random", "must be a function that returns bytes");
  const ring = signingRing(keys);
  const { alg, kid, privateKey } = (ring[0] as (typeof ring)[0]).key;
  const shown = publicSet(ring);
  const signer = privateKey.toCryptoKey(SUITES[alg].webcrypto, false, ["sign"]);

  return {
    async issue(request) {
      mustBeSayable(request);
      const { userId, sessionId, authenticatedAt, notAfter = Infinity } = request;
      const { scope, acr, amr, claims } = request;
      const now = clock();
      const iat = Math.floor(now / 1000);
      const exp = Math.floor(Math.min(now + lifetime, notAfter) / 1000);
      const token = await new SignJWT({
        ...claims,
        iss: issuer,
        aud: audience,
        sub: userId,
        ...(clientId !== undefined && { client_id: clientId }),
        iat,
        nbf: iat,
        exp,
        jti: Buffer.from(random(16)).toString("base64url"),
        ...(authenticatedAt !== undefined && { auth_time: Math.floor(authenticatedAt / 1000) }),
        ...(acr !== undefined && { acr }),
        ...(amr !== undefined && { amr: [...amr] }),
        ...(scope !== undefined && { scope }),
        ...(sessionId !== undefined && { sid: sessionId }),
      })
        .setProtectedHeader({ alg, kid, typ: ACCESS_TYPE })
        .sign(signer);
      return { token, expiresAt: exp * 1000, expiresIn: Math.max(0, exp - iat) };
    },

    jwks: () => shown,
  };
}
