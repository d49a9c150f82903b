import { type CompactVerifyGetKey, compactVerify, errors } from "jose";
import { ProviderKeysError } from "../keys/keys-error.ts";
import { parseObject } from "./json.ts";

/** A token as its issuer has signed it. What it says is still to be judged. */
export interface SignedToken {
  /** `typ` of its header, in lower case and without `application/` (RFC 7515 section 4.1.9); `undefined` where it has none. */
  readonly type: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type SignatureRejection =
  /** No JSON Web Token. */
  | "malformed"
  /** Encrypted, which was not agreed on. */
  | "encrypted"
  /** Signed by another algorithm than was agreed on, or not at all. */
  | "algorithm"
  | "unknown-key"
  /** Changed, or signed by somebody else. */
  | "signature";

const LONGEST = 16_384;
/** Compact serialisation: whatever has another character is none, however lenient a decoder is (RFC 7515 section 3.1). */
const PARTS = /^[\w-]+(\.[\w-]*){2,4}$/;
/** Header members that would choose a key, or change how a token is read. We know the key, and how. */
const REFUSED = ["crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"];

/**
 * Checks a token's signature with the keys of the issuer that it must be from, whatever it says itself. Throws a `ProviderKeysError` if the keys cannot be
 * had.
 */
export async function openSigned(
  token: string,
  keys: CompactVerifyGetKey,
  algorithms: readonly string[],
): Promise<SignedToken | SignatureRejection> {
  if (token.length > LONGEST || !PARTS.test(token)) return "malformed";
  const parts = token.split(".");
  if (parts.length === 5) return "encrypted";
  const header = parts.length === 3 && parseObject(Buffer.from(parts[0] as string, "base64url"));
  if (!header || REFUSED.some((name) => Object.hasOwn(header, name))) return "malformed";
  const { alg, typ } = header;
  // A list of what is allowed, exactly as it is spelt (RFC 8725 section 3.1): "none" is not on it.
  if (typeof alg !== "string" || !algorithms.includes(alg)) return "algorithm";
  if (typ !== undefined && typeof typ !== "string") return "malformed";
  try {
    const { payload } = await compactVerify(token, keys, { algorithms: [alg] });
    const claims = parseObject(payload);
    const type = typ?.toLowerCase().replace(/^application\//, "");
    return claims ? { type, claims } : "malformed";
  } catch (error) {
    if (error instanceof ProviderKeysError) throw error;
    const isUnknown =
      error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
    return isUnknown ? "unknown-key" : "signature";
  }
}
