import {
  CompactEncrypt,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  SignJWT,
  UnsecuredJWT,
} from "jose";

/** A provider's keys, and tokens signed by them. */
export interface Signer {
  readonly alg: string;
  readonly publicJwk: JWK;
  sign(claims: object, header?: object): Promise<string>;
}

export async function signer(alg = "RS256", kid = `${alg} key`): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

export function localKeys(...signers: readonly Signer[]): ReturnType<typeof createLocalJWKSet> {
  return createLocalJWKSet({ keys: signers.map((it) => it.publicJwk) });
}

/** Signed by nobody. */
export function unsigned(claims: object): string {
  return new UnsecuredJWT({ ...claims }).encode();
}

/** Signed with the public key as if it were a secret (RFC 8725 section 2.1). */
export async function confused({ publicJwk }: Signer, claims: object): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({
      alg: "HS256",
      ...(publicJwk.kid !== undefined && { kid: publicJwk.kid }),
    })
    .sign(new TextEncoder().encode(JSON.stringify(publicJwk)));
}

export async function encrypted(text: string): Promise<string> {
  const { publicKey } = await generateKeyPair("RSA-OAEP-256");
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM", cty: "JWT" })
    .encrypt(publicKey);
}
