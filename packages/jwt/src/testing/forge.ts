import { createHmac, createPrivateKey, createSecretKey, hash, hkdfSync, sign } from "node:crypto";
import type { PrivateJwk } from "../keys/jwk.ts";

/** Tokens by hand, from Node's own cryptography, so that no guard of a library stands between an attack and its target. */
export function forge(jwk: PrivateJwk, header: unknown, claims: unknown, cookie = "__Host-id") {
  return signInput(jwk, `${segment(header)}.${segment(claims)}`, cookie);
}

/** A text is taken as it is, so that it can be what no serialiser writes. */
export function segment(part: unknown): string {
  const bytes = part instanceof Uint8Array ? part : null;
  const text = typeof part === "string" ? part : JSON.stringify(part);
  return Buffer.from(bytes ?? text).toString("base64url");
}

export function signInput(jwk: PrivateJwk, input: string, cookie = "__Host-id"): string {
  return `${input}.${signature(jwk, input, cookie).toString("base64url")}`;
}

export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

function signature(jwk: PrivateJwk, input: string, cookie: string): Buffer {
  const text = Buffer.from(input);
  if (jwk.kty === "oct") {
    return createHmac("sha256", sessionSecret(jwk, cookie)).update(text).digest();
  }
  const key = createPrivateKey({ format: "jwk", key: jwk as never });
  if (jwk.kty === "OKP") return sign(null, text, key);
  const raw = () => sign("sha256", text, { key, dsaEncoding: "ieee-p1363" });
  // The smaller of the two spellings, by trying: half of all signatures are.
  let signed = raw();
  while ((signed[32] as number) >= 0x7f) signed = raw();
  return signed;
}

/** What the codec derives from a secret key for the sessions of one cookie. */
export function sessionSecret(jwk: PrivateJwk, cookie: string): Buffer {
  const names = JSON.stringify(["coatcheck jwt 1", "session", jwk.alg, cookie]);
  const key = createSecretKey(Buffer.from(jwk.k as string, "base64url"));
  return Buffer.from(hkdfSync("sha256", key, "", hash("sha256", names, "base64url"), 32));
}
