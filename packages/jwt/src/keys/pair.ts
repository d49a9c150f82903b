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

/** Nothing unless point, curve and private half belong together (RFC 8725 section 3.4). */
export function pairOf({ kty, crv, x, y, d }: PrivateJwk): Pair | undefined {
  try {
    const key = { kty, crv, x, ...(y !== undefined && { y }), d } as webcrypto.JsonWebKey;
    const privateKey = createPrivateKey({ format: "jwk", key });
    const publicKey = createPublicKey(privateKey);
    const whole = privateKey.export({ format: "jwk" });
    // Also another spelling of the same key is refused: it would have another thumbprint elsewhere.
    const same = whole.x === x && whole.y === y && whole.d === d;
    const pair = { privateKey, publicKey };
    return same && agree(pair) ? pair : undefined;
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
