import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  type webcrypto,
} from "node:crypto";
import type { PrivateJwk } from "./jwk.ts";

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** 32 bytes in base64url, in their one spelling: each member of these keys is that long (RFC 7518 section 6.2.1.2, RFC 8037). */
const MEMBER = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** Nothing unless point, curve and private half belong together (RFC 8725 section 3.4). */
export function pairOf({ kty, crv, x, y, d }: PrivateJwk): Pair | undefined {
  // First, since Node 22 does not live to tell of a private half that is too short or too long.
  const members: unknown[] = kty === "EC" ? [x, y, d] : [x, d];
  if (!members.every((it) => typeof it === "string" && MEMBER.test(it))) return;
  try {
    const key = { kty, crv, x, ...(kty === "EC" && { y }), d } as webcrypto.JsonWebKey;
    const privateKey = createPrivateKey({ format: "jwk", key });
    const publicKey = createPublicKey(privateKey);
    const pair = { privateKey, publicKey };
    // Node 22 takes the public half of an Ed25519 key from the private one, whatever `x` says.
    return publicKey.export({ format: "jwk" }).x === x && agree(pair) ? pair : undefined;
  } catch {
    return;
  }
}

/** Whether one half accepts what the other signs. Node 22 imports halves that do not belong together. */
export function agree({ privateKey, publicKey }: Pair): boolean {
  const text = Buffer.from("coatcheck");
  const digest = privateKey.asymmetricKeyType === "ec" ? "sha256" : null;
  return verify(digest, text, publicKey, sign(digest, text, privateKey));
}
