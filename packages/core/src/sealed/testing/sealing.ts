import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { repeatable, START } from "../../testing/bench.ts";
import { type KeyOptions, keyRing } from "../key-ring.ts";
import { type Sealer, type SealerOptions, sealer } from "../sealer.ts";

export const HOUR = 3_600_000;
/** The alphabet of base64url, in order. */
export const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A key that looks random and is the same in every run. */
export function keyNamed(name: string): string {
  return createHash("sha256").update(`key ${name}`).digest("base64url");
}

export const A = keyNamed("A");
export const B = keyNamed("B");
export const C = keyNamed("C");

/** A sealer whose clock stands at `START`, unless moved. */
export function testSealer(
  keys: string | KeyOptions = A,
  options: Partial<SealerOptions> = {},
): Sealer {
  return sealer(keyRing(keys), {
    purpose: "session",
    cookieName: "__Host-id",
    clock: () => START,
    random: repeatable(),
    ...options,
  });
}

/** All the ways in which a value ends up in a log. */
export function spellings(value: unknown): string {
  const options = { depth: 20, showHidden: true, getters: true, showProxy: true } as const;
  const error = value instanceof Error ? `${value.stack} ${inspect(value.cause, options)}` : "";
  return [
    String(value),
    JSON.stringify(value),
    inspect(value),
    inspect(value, options),
    error,
  ].join("\n");
}
