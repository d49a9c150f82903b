import type { TokenStorage } from "@coatcheck/core";
import { type TokenStorageOptions, tokenStorage } from "../token-storage.ts";
import { codecFor, type JwtCodecOptions } from "./codec.ts";

export interface JwtOptions extends TokenStorageOptions, JwtCodecOptions {}

/**
 * Keeps the whole session in a JSON Web Token, signed or encrypted, so that the server keeps nothing but what `revocation` has to
 * remember. What a signed token holds can be read by whoever holds the token.
 *
 * @throws SessionConfigError for keys and names that are none, and where `revocation` is left out.
 */
export function jwt(options: JwtOptions): TokenStorage {
  const { keys, issuer, audience, ...rest } = options ?? {};
  return tokenStorage(rest, codecFor({ keys, issuer, audience }, "storage."));
}
