import { type Clock, type Duration, milliseconds } from "@coatcheck/core";
import { complete, fail, mustBeFunction } from "@coatcheck/core/token-storage";
import { type CompactVerifyGetKey, createLocalJWKSet, type JSONWebKeySet } from "jose";
import { secureUrl } from "../keys/address.ts";
import type { Fetch } from "../keys/fetch-json.ts";
import { ProviderKeysError } from "../keys/keys-error.ts";
import { keysAddress } from "../keys/metadata.ts";
import { providerKeys } from "../keys/provider-keys.ts";
import { isName } from "../token/claims.ts";
import { openSigned } from "../token/signed.ts";
import { type AccessToken, type AccessTokenRejection, judgeAccessToken } from "./access-token.ts";
import { type BearerRequest, credentialsOf } from "./credentials.ts";
import { type AccessResult, refusal } from "./result.ts";
import { scopeOf } from "./scope.ts";

/** What may sign an access token: with each of these who checks one cannot make one. */
export type AccessTokenAlgorithm =
  | "EdDSA"
  | "Ed25519"
  | "ES256"
  | "ES384"
  | "ES512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "RS256"
  | "RS384"
  | "RS512";

export interface ResourceServerOptions {
  /** Whose tokens are accepted: `iss`, character by character. Its metadata say where its keys are. */
  issuer: string;
  /** Who this service is: `aud`, or one of several there. */
  audience: string;
  /** The provider's public keys, or their address, in place of what its metadata say. Never taken from a token. */
  jwks?: string | URL | { readonly keys: readonly object[] };
  /** What they may be signed by. Default `["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]`. */
  algorithms?: readonly AccessTokenAlgorithm[];
  /** Of one request to the provider. Default `"5s"`. */
  timeout?: Duration;
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: Clock;
  /** In place of the global `fetch`, for proxies and tests. */
  fetch?: Fetch;
}

export interface AccessOptions {
  /** Each of them must be in the token's `scope`. Default: none is asked for. */
  readonly scope?: string | readonly string[] | undefined;
}

/** An API that is called with access tokens of one provider. Made by `resourceServer`. */
export interface ResourceServer {
  /**
   * Judges the bearer token of a request, or of an `Authorization` header. Never throws for what a client sends, nor for a provider that is down, which is a
   * refusal with status 503.
   *
   * @throws SessionConfigError for a `scope` that is none.
   */
  verify(
    request: BearerRequest | string | undefined | null,
    options?: AccessOptions,
  ): Promise<AccessResult>;
}

const DEFAULTS = {
  issuer: undefined as string | undefined,
  audience: undefined as string | undefined,
  jwks: undefined as ResourceServerOptions["jwks"],
  algorithms: ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] as readonly AccessTokenAlgorithm[],
  timeout: "5s" as Duration,
  clock: Date.now as Clock,
  fetch: undefined as Fetch | undefined,
};

const ALGORITHMS = /^(EdDSA|Ed25519|ES(256|384|512)|[RP]S(256|384|512))$/;

/**
 * Checks access tokens in the JWT profile (RFC 9068), beside sessions or without any.
 *
 * @throws SessionConfigError for an option that is unknown, impossible or unsafe.
 */
export function resourceServer(options: ResourceServerOptions): ResourceServer {
  const { issuer, audience, jwks, algorithms, timeout, clock, fetch } = complete(
    options,
    "",
    DEFAULTS,
  );
  const issuerUrl = secureUrl("issuer", issuer);
  if (issuerUrl.search || issuerUrl.hash) fail("issuer", "must have neither query nor fragment");
  if (!isName(audience)) fail("audience", "must be what tokens for this service name as aud");
  // RFC 8725 section 3.1: nothing symmetric, so that no public key can serve as a secret.
  const allAllowed =
    Array.isArray(algorithms) &&
    algorithms.length > 0 &&
    algorithms.every((it) => ALGORITHMS.test(it));
  if (!allAllowed) fail("algorithms", "must be a list of asymmetric ones, as RS256 or ES256");
  mustBeFunction("clock", clock);
  if (fetch !== undefined) mustBeFunction("fetch", fetch);
  const timeoutMs = milliseconds(timeout, "timeout");
  const keys = keysOf(jwks, issuer as string, { clock, fetch, timeout: timeoutMs });
  const rules = { issuer: issuer as string, audience };

  async function judge(token: string): Promise<AccessToken | AccessTokenRejection> {
    const signed = await openSigned(token, keys, algorithms);
    return typeof signed === "string"
      ? signed
      : judgeAccessToken(signed, { ...rules, now: clock() });
  }

  return {
    async verify(request, { scope } = {}) {
      const asked = scopeOf(scope);
      const credentials = credentialsOf(request);
      if (credentials.kind === "none") return refusal("missing", asked);
      if (credentials.kind === "unclear") return refusal("unclear", asked);
      try {
        const token = await judge(credentials.token);
        if (typeof token === "string") return refusal(token, asked);
        const suffices = asked.every((it) => token.scope.includes(it));
        return suffices ? { ok: true, token } : refusal("scope", asked);
      } catch (cause) {
        if (!(cause instanceof ProviderKeysError)) throw cause;
        return { ok: false, status: 503, challenge: undefined, reason: "provider-down", cause };
      }
    },
  };
}

interface Remote {
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
  readonly timeout: number;
}

function keysOf(
  jwks: ResourceServerOptions["jwks"],
  issuer: string,
  remote: Remote,
): CompactVerifyGetKey {
  if (jwks === undefined) {
    const { fetch = globalThis.fetch as Fetch, timeout } = remote;
    return providerKeys({ ...remote, address: () => keysAddress(fetch, issuer, timeout) });
  }
  if (typeof jwks === "string" || jwks instanceof URL) {
    const url = secureUrl("jwks", jwks);
    return providerKeys({ ...remote, address: () => url });
  }
  if (!Array.isArray(jwks?.keys) || jwks.keys.length === 0) {
    fail("jwks", "must be a URL, or a JSON Web Key Set with keys");
  }
  return createLocalJWKSet({ keys: jwks.keys } as JSONWebKeySet);
}
