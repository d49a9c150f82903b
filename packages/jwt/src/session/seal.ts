import { hash, type KeyObject } from "node:crypto";
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify } from "jose";
import { SUITES } from "../keys/algorithm.ts";
import type { JwtKey, SecretKey } from "../keys/import.ts";
import { isSigning } from "../keys/ring.ts";
import { hasLowS, withLowS } from "../token/low-s.ts";
import { deriveKey } from "../token-storage.ts";

/**
 * RFC 8725 section 3.11: no other kind of token has this type, an access token least of all. It names the format, too: other claims make
 * another type, `coatcheck-session-2+jwt`. A release reads a format before any release writes it, so that machines of both
 * live side by side during a deploy. To pass over a claim that is not known would be worse than to refuse it: the next token would be
 * without it, and it may have said that the session is less than it seems.
 */
export const TYPE = "coatcheck-session+jwt";
const ENCRYPTION = "A256GCM";

/** Makes and opens the tokens of one key. */
export interface Seal {
  /**
   * The first segment of all its tokens, character by character. A header is compared with it and never obeyed, so there is no
   * algorithm, `crit`, `jwk`, `jku`, `x5u` or `x5c` that a token could choose.
   */
  readonly head: string;
  make(claims: string): Promise<string>;
  /** The claims of a token with this head, given all segments after it; nothing if they are not genuine. */
  open(rest: string): Promise<Uint8Array | undefined>;
}

/** For one key and one cookie. What is derived or converted here is not for each request. */
export function sealOf(key: JwtKey, cookieName: string): Seal {
  return key.alg === "A256KW" ? encrypting(key, cookieName) : signing(key, cookieName);
}

function signing(key: JwtKey, cookieName: string): Seal {
  const { alg, kid } = key;
  const header = { alg, kid, typ: TYPE };
  const head = segmentOf(header);
  const { webcrypto } = SUITES[alg];
  const [own, others] = isSigning(key)
    ? [key.privateKey, key.publicKey]
    : [derived(key, cookieName), derived(key, cookieName)];
  const maker = own.toCryptoKey(webcrypto, false, ["sign"]);
  const checker = others.toCryptoKey(webcrypto, false, ["verify"]);
  const malleable = alg === "ES256";
  return {
    head,

    async make(claims) {
      const signer = new CompactSign(Buffer.from(claims)).setProtectedHeader(header);
      const token = await signer.sign(maker);
      const at = token.lastIndexOf(".") + 1;
      return malleable ? token.slice(0, at) + withLowS(token.slice(at)) : token;
    },

    async open(rest) {
      const checked = compactVerify(`${head}.${rest}`, checker, { algorithms: [alg] });
      const { payload } = await checked.catch(ungenuine);
      const [, signature = ""] = rest.split(".");
      return malleable && !hasLowS(signature) ? undefined : payload;
    },
  };
}

/** A content key for each token, wrapped in ours: no number of tokens wears a key of AES-GCM out (NIST SP 800-38D section 8.3). */
function encrypting(key: SecretKey, cookieName: string): Seal {
  const { alg, kid } = key;
  const header = { alg, enc: ENCRYPTION, kid, typ: TYPE };
  const head = segmentOf(header);
  const { webcrypto } = SUITES[alg];
  const wrapper = derived(key, cookieName).toCryptoKey(webcrypto, false, ["wrapKey", "unwrapKey"]);
  const allowed = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [ENCRYPTION] };
  return {
    head,

    make(claims) {
      return new CompactEncrypt(Buffer.from(claims)).setProtectedHeader(header).encrypt(wrapper);
    },

    async open(rest) {
      const opened = compactDecrypt(`${head}.${rest}`, wrapper, allowed);
      const { plaintext } = await opened.catch(ungenuine);
      return plaintext;
    },
  };
}

function ungenuine(): { payload?: Uint8Array; plaintext?: Uint8Array } {
  return {};
}

function segmentOf(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString("base64url");
}

/**
 * A secret for this cookie's sessions alone, so that no other use of the same secret, and no other cookie, shares a key with
 * them. A digest, so that no choice of names can run into each other, nor past HKDF's 1024 bytes.
 */
function derived({ alg, secretKey }: SecretKey, cookieName: string): KeyObject {
  const names = JSON.stringify(["coatcheck jwt 1", "session", alg, cookieName]);
  return deriveKey(secretKey, hash("sha256", names, "base64url"));
}
