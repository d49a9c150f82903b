/** A JSON Web Token: two parts that anybody can read, and a signature. */
export interface JwtAnatomy {
  readonly kind: "jwt";
  readonly header: object;
  readonly payload: object;
  /** Bytes of the signature, which stays unsaid: with it, the rest would be the token. */
  readonly signature: number;
}

/** Decoded as any client can, without a key. */
export function jwtAnatomy(token: string): JwtAnatomy | undefined {
  const [header = "", payload = "", signature = ""] = token.split(".");
  try {
    return {
      kind: "jwt",
      header: decoded(header),
      payload: decoded(payload),
      signature: Buffer.byteLength(signature, "base64url"),
    };
  } catch {
    return undefined;
  }
}

function decoded(part: string): object {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
  if (typeof value !== "object" || value === null) throw new TypeError("no JSON object");
  return value;
}
