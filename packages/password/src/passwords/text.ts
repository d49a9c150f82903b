import { PasswordError } from "../errors.ts";

/** A password that was read, or what keeps it from being one. */
export type PasswordText =
  | { readonly ok: true; readonly nfc: string; readonly characters: number }
  | { readonly ok: false; readonly reason: "too-long" | "ill-formed" };

/**
 * NFC (NIST SP 800-63B-4 section 3.1.1.2), so that é is é from every keyboard. Nothing is cut off, trimmed or folded (ASVS 6.2.8). A character is
 * a code point, as NIST counts.
 */
export function readPassword(password: unknown, max: number): PasswordText {
  if (typeof password !== "string") {
    throw new PasswordError("not-text", "the password must be a string");
  }
  // A code point of NFC comes from at most 4 code points (UAX 15), each of 2 units: a megabyte is refused before any work is done for it.
  if (password.length > 8 * max) return { ok: false, reason: "too-long" };
  // UTF-8 has no lone surrogates. All of them would become U+FFFD, and different passwords the same.
  if (!password.isWellFormed()) return { ok: false, reason: "ill-formed" };
  const nfc = password.normalize("NFC");
  const characters = [...nfc].length;
  return characters > max ? { ok: false, reason: "too-long" } : { ok: true, nfc, characters };
}
