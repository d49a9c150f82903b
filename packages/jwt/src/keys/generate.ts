import { generateKeyPairSync } from "node:crypto";
import { generateKey } from "../token-storage.ts";
import type { JwtAlgorithm } from "./algorithm.ts";
import { importJwk } from "./import.ts";
import type { PrivateJwk } from "./jwk.ts";

/**
 * A new key for one algorithm, with its `kid`. `JSON.stringify` it into the variable that `keys` is read from, and keep it as
 * secret as a password: for `"EdDSA"` and `"ES256"` what others need is shown by `jwks`.
 *
 * @throws SessionConfigError for an algorithm that is none.
 */
export function generateJwk(alg: JwtAlgorithm): PrivateJwk & { readonly kid: string } {
  const jwk: PrivateJwk = { ...materialFor(alg), alg };
  return { ...jwk, kid: importJwk("key", jwk).kid };
}

function materialFor(alg: JwtAlgorithm): PrivateJwk {
  switch (alg) {
    case "EdDSA":
    case "Ed25519":
      return generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as PrivateJwk;
    case "ES256": {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return privateKey.export({ format: "jwk" }) as PrivateJwk;
    }
    default:
      return { kty: "oct", k: generateKey() };
  }
}
