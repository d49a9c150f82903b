import type { KeyObject } from "node:crypto";
import { fail } from "../config.ts";
import { importKey } from "../token-storage.ts";
import {
  ALGORITHMS,
  type JwtAlgorithm,
  type SecretAlgorithm,
  type SigningAlgorithm,
  SUITES,
} from "./algorithm.ts";
import type { PrivateJwk, PublicJwk } from "./jwk.ts";
import { secretKeyName, thumbprint } from "./name.ts";
import { pairOf } from "./pair.ts";

const REMEDY = "make one with generateJwk()";

export interface SigningKey {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: PublicJwk;
}

export interface SecretKey {
  readonly alg: SecretAlgorithm;
  readonly kid: string;
  readonly secretKey: KeyObject;
}

/** A checked key with its name, for the one algorithm that its own configuration names. */
export type JwtKey = SigningKey | SecretKey;

/** The key behind an option, or a `SessionConfigError` that names the option and shows nothing of the key. */
export function importJwk(option: string, given: unknown): JwtKey {
  const jwk = typeof given === "string" ? parseJwk(option, given) : given;
  if (jwk === undefined) fail(option, `is missing; ${REMEDY}, and check the variable it is in`);
  if (typeof jwk !== "object" || jwk === null) {
    fail(option, `must be a JSON Web Key, as an object or as its JSON text; ${REMEDY}`);
  }
  const { alg, kty, crv, use, key_ops: operations } = jwk as PrivateJwk;
  if (!isAlgorithm(alg)) {
    fail(`${option}.alg`, `must be ${ALGORITHMS.map((it) => JSON.stringify(it)).join(" or ")}`);
  }
  const suite = SUITES[alg];
  if (kty !== suite.kty) fail(`${option}.kty`, `must be "${suite.kty}" for ${alg}`);
  if (crv !== suite.crv) fail(`${option}.crv`, `must be "${suite.crv}" for ${alg}`);
  if (use !== undefined && use !== suite.use) fail(`${option}.use`, `must be "${suite.use}"`);
  if (operations !== undefined && !isListWith(operations, suite.operation)) {
    fail(`${option}.key_ops`, `must include "${suite.operation}"`);
  }
  const key =
    alg === "HS256" || alg === "A256KW"
      ? importSecret(option, alg, jwk)
      : importPair(option, alg, jwk);
  const { kid } = jwk as PrivateJwk;
  if (kid !== undefined && kid !== key.kid) {
    fail(`${option}.kid`, "is not this key's: leave it out, it is derived from the key");
  }
  return key;
}

function isListWith(list: unknown, member: string): boolean {
  return Array.isArray(list) && list.includes(member);
}

function isAlgorithm(alg: unknown): alg is JwtAlgorithm {
  return ALGORITHMS.includes(alg as JwtAlgorithm);
}

function parseJwk(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and that is a key.
    fail(option, `must be a JSON Web Key, and this text is no JSON; ${REMEDY}`);
  }
}

/** RFC 8725 section 3.5: a token can be attacked offline, so no passphrase will do. */
function importSecret(option: string, alg: SecretAlgorithm, { k }: PrivateJwk): SecretKey {
  const secretKey = importKey(`${option}.k`, k, REMEDY);
  return { alg, kid: secretKeyName(secretKey, alg), secretKey };
}

function importPair(option: string, alg: SigningAlgorithm, jwk: PrivateJwk): SigningKey {
  if (jwk.d === undefined) fail(option, `is a public key: the private one signs; ${REMEDY}`);
  const { privateKey, publicKey } = pairOf(jwk) ?? fail(option, `is no valid key; ${REMEDY}`);
  const { members } = SUITES[alg];
  const shown = publicKey.export({ format: "jwk" });
  const kid = thumbprint(shown, members);
  const publicJwk = { ...shown, kid, alg, use: "sig" } as unknown as PublicJwk;
  return { alg, kid, privateKey, publicKey, publicJwk };
}
