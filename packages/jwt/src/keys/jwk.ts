import type { JwtAlgorithm, SigningAlgorithm } from "./algorithm.ts";

/** A private or secret key as a JSON Web Key (RFC 7517). `alg` is needed: it is the one thing that the key is for. */
export interface PrivateJwk {
  readonly kty?: string;
  readonly alg?: JwtAlgorithm | (string & {});
  /** May be left out. If it is there it has to be the one that `generateJwk` gives: the key's own name. */
  readonly kid?: string;
  readonly use?: string;
  readonly key_ops?: readonly string[];
  readonly ext?: boolean;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
  readonly k?: string;
}

/** The public half of a signing key, as `jwks` shows it. */
export interface PublicJwk {
  readonly kty: "OKP" | "EC";
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: "sig";
}
