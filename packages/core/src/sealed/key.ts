import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { fail } from "../config.ts";

/** 32 random bytes in base64url: 43 characters, of which only the canonical spelling (the last one carries 2 spare bits). */
const KEY = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
const REMEDY = "make one with generateKey() or `npx coatcheck keygen`";
/** Of 32 random bytes some 30 differ, of 43 random characters some 31. Fewer than this comes once in 2^40 keys or more. */
const FEWEST = 16;

/** A new key for `sealed({ keys })`: 32 bytes of the system's secure source in base64url, 43 characters. */
export function generateKey(): string {
  for (;;) {
    // Not from the pool of `systemRandom`: what else it holds would stay in memory beside the key.
    const key = randomBytes(32).toString("base64url");
    if (!looksMade(key)) return key;
  }
}

/**
 * The key behind an option, or a `SessionConfigError` that names the option and never shows its value. No passphrase is stretched
 * into a key: a seal can be attacked offline, so the key itself needs the entropy (RFC 8725 section 3.5). `remedy` says how to get one.
 */
export function importKey(option: string, text: unknown, remedy = REMEDY): KeyObject {
  if (text === undefined) fail(option, `is missing; ${remedy}, and check the variable it is in`);
  if (typeof text !== "string") fail(option, `must be a string; ${remedy}`);
  if (!KEY.test(text)) {
    // The length is no secret, and the one thing that tells a cut-off variable from a passphrase.
    fail(
      option,
      `must be 32 random bytes in base64url, which are 43 characters; these ${text.length} are not: ${remedy}`,
    );
  }
  if (looksMade(text)) fail(option, `does not look random; ${remedy}`);
  const bytes = Buffer.from(text, "base64url");
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/**
 * Whether chance has hardly made this (once in 2^26 keys): one byte over and over, a short pattern, a sequence, words with one
 * capital or none, hexadecimal. It catches accidents; no test can prove that 43 characters are random.
 */
function looksMade(text: string): boolean {
  const bytes = Buffer.from(text, "base64url");
  const characters = Buffer.from(text, "latin1");
  const made =
    !/[a-z].*[a-z]/.test(text) ||
    !/[A-Z].*[A-Z]/.test(text) ||
    tooFew(bytes) ||
    tooFew(steps(bytes)) ||
    tooFew(characters) ||
    tooFew(steps(characters)) ||
    isText(bytes);
  bytes.fill(0);
  characters.fill(0);
  return made;
}

function tooFew(values: Iterable<number>): boolean {
  return new Set(values).size < FEWEST;
}

/** From each byte to the next: a sequence such as 0, 1, 2, … has one step only. */
function steps(bytes: Uint8Array): number[] {
  return [...bytes.subarray(1)].map((byte, index) => (byte - (bytes[index] as number) + 256) % 256);
}

/** A passphrase of 32 characters that somebody encoded to satisfy the rule: all printable ASCII is chance once in 2^45. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}
