import { createHash } from "node:crypto";
import type { JwtAlgorithm } from "../keys/algorithm.ts";
import { generateJwk } from "../keys/generate.ts";
import { type JwtCodecOptions, jwtCodec } from "../session/codec.ts";
import type { CarriedSession, CodecContext, TokenCodec } from "../token-storage.ts";

export const START = 2_000_000_000_123;
export const HOUR = 3_600_000;
export const ISSUER = "https://shop.example.com";
export const AUDIENCE = "https://shop.example.com/sessions";
export const SIGNED = ["EdDSA", "Ed25519", "ES256", "HS256"] as const;
export const ALL: readonly JwtAlgorithm[] = [...SIGNED, "A256KW"];
export const KEYS = Object.fromEntries(ALL.map((alg) => [alg, generateJwk(alg)])) as Record<
  JwtAlgorithm,
  ReturnType<typeof generateJwk>
>;

export const SESSION: CarriedSession = {
  id: "AAECAwQFBgcICQoLDA0ODw" as CarriedSession["id"],
  epoch: 2,
  since: START - 4_321,
  userId: "ada",
  createdAt: START - 7_001,
  authenticatedAt: START - 5_432,
  lastSeenAt: START - 17,
  expiresAt: START + HOUR,
  endsAt: START + 12 * HOUR,
  data: '{"cart":["apple"],"admin":false}',
};

/** A codec whose clock stands still and whose randomness repeats. */
export function testCodec(
  keys: JwtCodecOptions["keys"],
  options: Partial<JwtCodecOptions & CodecContext> = {},
): TokenCodec {
  const { issuer = ISSUER, audience = AUDIENCE } = options;
  const { cookieName = "__Host-id", maxLength = 4000, clock = () => START } = options;
  let count = 0;
  const random = (size: number) =>
    createHash("shake256", { outputLength: size }).update(`${count++}`).digest();
  return jwtCodec({ keys, issuer, audience })({ cookieName, maxLength, clock, random });
}
