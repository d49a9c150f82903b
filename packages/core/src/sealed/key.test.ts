import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { generateKey, importKey } from "./key.ts";
import { A, ALPHABET, keyNamed, spellings } from "./testing/sealing.ts";

const encoded = (bytes: Uint8Array | number[] | string) =>
  Buffer.from(bytes as string).toString("base64url");

function refusal(text: unknown): SessionConfigError {
  try {
    importKey("keys.current", text);
  } catch (error) {
    if (error instanceof SessionConfigError) return error;
  }
  throw new Error("the key was accepted");
}

describe("keys", () => {
  test("a generated key is 43 characters, accepted, and never the same", () => {
    const keys = Array.from({ length: 20_000 }, generateKey);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) {
      expect(key).toMatch(/^[\w-]{43}$/);
      expect(importKey("keys", key).symmetricKeySize).toBe(32);
    }
  });

  test("what another tool draws is accepted", () => {
    for (let i = 0; i < 20_000; i++) importKey("keys", keyNamed(`${i}`));
  });

  const padded = Buffer.from(A, "base64url").toString("base64");
  test.each([
    ["a passphrase", "correct horse battery staple"],
    ["a passphrase of 43 characters", "correct-horse-battery-staple-and-some-moreA"],
    ["a passphrase of 32 bytes, encoded", encoded("Correct Horse Battery Staple 42!")],
    ["a passphrase of 43 characters in one case", "correct-horse-battery-staple-and-some-more0"],
    ["capitals and digits", "K7QX2MZP9RTW4VNB8HJC3LFD6GSY1KAE5UXO0IQTZWA"],
    ["few characters in no order", "aZbQaaQbZbcQZaZbcbaQcZbQabccQZbaZQabQcaZQcA"],
    ["few bytes in no order", encoded(Uint8Array.from(randomBytes(32), (it) => (it % 8) ** 2 * 5))],
    ["hexadecimal", randomBytes(32).toString("hex")],
    ["43 characters of hexadecimal", `${randomBytes(32).toString("hex").slice(0, 42)}0`],
    ["base64 with padding", padded],
    ["a space before", ` ${A}`],
    ["a newline behind", `${A}\n`],
    ["quotes around", `"${A}"`],
    ["16 bytes", randomBytes(16).toString("base64url")],
    ["31 bytes", randomBytes(31).toString("base64url")],
    ["33 bytes", randomBytes(33).toString("base64url")],
    ["64 bytes", randomBytes(64).toString("base64url")],
    ["zeros", encoded(new Uint8Array(32))],
    ["one byte", encoded(new Uint8Array(32).fill(0xa7))],
    [
      "a pattern",
      encoded(Uint8Array.from({ length: 32 }, (_, i) => [1, 222, 43, 99][i % 4] as number)),
    ],
    ["a repeated half of random bytes", encoded(Buffer.concat(Array(4).fill(randomBytes(8))))],
    ["a sequence", encoded(Uint8Array.from({ length: 32 }, (_, i) => i * 7))],
    ["a sequence downwards", encoded(Uint8Array.from({ length: 32 }, (_, i) => 200 - i))],
    ["the alphabet", `${ALPHABET.slice(0, 42)}A`],
    ["the end of the alphabet", `${ALPHABET.slice(22)}A`],
    ["a non-canonical spelling", A.slice(0, -1) + ALPHABET[ALPHABET.indexOf(A.slice(-1)) + 1]],
    ["nothing", ""],
  ])("%s is refused, with the option and the remedy, and is not shown", (_, text) => {
    const error = refusal(text);
    expect(error.option).toBe("keys.current");
    expect(error.message).toMatch(/^keys\.current .*generateKey\(\).*keygen/);
    const trimmed = text.trim();
    if (trimmed) expect(spellings(error)).not.toContain(trimmed.slice(0, 12));
  });

  test.each([[undefined], [null], [42], [Buffer.alloc(32, 7)], [{}], [[A]]])(
    "%s is no key",
    (value) => {
      expect(refusal(value).message).toMatch(/^keys\.current (is missing|must be a string);/);
      expect(spellings(refusal(value))).not.toContain(A);
    },
  );
});
