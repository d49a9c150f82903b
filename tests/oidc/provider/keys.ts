import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { JWK } from "jose";

/** A private RS256 key with a name of its own. */
export function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
}
