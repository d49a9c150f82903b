import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Random, systemRandom } from "../random.ts";
import {
  hashSecret,
  type Identity,
  isOfLineage,
  isSessionId,
  joinToken,
  mintBeginning,
  mintNonce,
  parseToken,
  type Secret,
  type SessionId,
  secretOf,
  succeedingSeed,
} from "./token.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const NAME = "__Host-id";

function mintIdentity(random: Random): Identity {
  const { id, seed, lineage } = mintBeginning(random);
  return { id, secret: secretOf(seed, lineage, NAME) };
}

const identity = fc
  .tuple(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 21, maxLength: 21 }),
  )
  .map(([id, seed]) => mintIdentity((size) => (size === 16 ? id : seed)));

describe("minting", () => {
  test("ASVS 7.2.3: draws 128 bits for an id, 168 for a secret, 128 for a lineage and for a nonce", () => {
    const sizes: number[] = [];
    const random = (size: number) => {
      sizes.push(size);
      return new Uint8Array(size);
    };
    expect(mintBeginning(random)).toEqual({
      id: "A".repeat(22),
      seed: "A".repeat(28),
      lineage: "A".repeat(22),
    });
    expect(mintNonce(random)).toBe("A".repeat(22));
    expect(sizes).toEqual([16, 21, 16, 16]);
  });

  test("ASVS 7.2.3: 100000 tokens have 100000 ids and as many secrets", () => {
    const ids = new Set<string>();
    const secrets = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      const { id, secret } = mintIdentity(systemRandom);
      ids.add(id);
      secrets.add(secret);
    }
    expect([ids.size, secrets.size]).toEqual([100_000, 100_000]);
  });
});

describe("parseToken", () => {
  test("gives back what was joined, for every id and secret", () => {
    fc.assert(
      fc.property(identity, ({ id, secret }) => {
        const token = joinToken(id, secret);
        expect(token).toHaveLength(66);
        expect(parseToken(token)).toEqual({ id, secret });
        expect(isSessionId(id)).toBe(true);
      }),
    );
  });

  test("G3 each session has one spelling: every non-canonical last character is refused", () => {
    const { id, secret } = mintIdentity(systemRandom);
    for (const last of ALPHABET) {
      const canonicalId = Buffer.from(id.slice(0, 21) + last, "base64url").toString("base64url");
      const spelledId = id.slice(0, 21) + last;
      const canonicalSecret = Buffer.from(secret.slice(0, 42) + last, "base64url");
      const spelledSecret = secret.slice(0, 42) + last;
      expect(parseToken(`${spelledId}.${secret}`) !== undefined).toBe(canonicalId === spelledId);
      expect(isSessionId(spelledId)).toBe(canonicalId === spelledId);
      expect(parseToken(`${id}.${spelledSecret}`) !== undefined).toBe(
        canonicalSecret.toString("base64url") === spelledSecret,
      );
    }
  });

  test("G3 a changed character makes another token, or none", () => {
    const character = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
    const other = fc.oneof(character, fc.constantFrom(...ALPHABET, "=", "+", "/", ".", " "));
    fc.assert(
      fc.property(identity, fc.nat(65), other, ({ id, secret }, at, replacement) => {
        const token = joinToken(id, secret);
        const changed = token.slice(0, at) + replacement + token.slice(at + 1);
        const parsed = parseToken(changed);
        if (changed === token) expect(parsed).toEqual({ id, secret });
        else expect(parsed).not.toEqual({ id, secret });
        if (parsed) expect(joinToken(parsed.id, parsed.secret)).toBe(changed);
      }),
      { numRuns: 2_000 },
    );
  });

  test("G3 what this library cannot have issued is nothing", () => {
    const { id, secret } = mintIdentity(systemRandom);
    const token = joinToken(id, secret);
    const malformed = [
      "",
      ".",
      id,
      secret,
      `${id}.`,
      `.${secret}`,
      `${id}${secret}`,
      `${id}-${secret}`,
      `${secret}.${id}`,
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `"${token}"`,
      `${token}=`,
      `${token}.`,
      token.slice(1),
      token.slice(0, -1),
      token.replace(".", "%2E"),
      `${"é".repeat(21)}A.${secret}`,
      `${"'; DROP TABLE sessions;--"}.${secret}`,
      `__proto__.${secret}`,
      "A".repeat(1_000_000),
    ];
    for (const text of malformed) expect(parseToken(text)).toBeUndefined();
  });

  test("never throws and never accepts what is not spelled canonically", () => {
    const nearly = fc.string({
      unit: fc.constantFrom(...ALPHABET, "."),
      minLength: 60,
      maxLength: 70,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), nearly), (text) => {
        const parsed = parseToken(text);
        if (parsed) expect(joinToken(parsed.id, parsed.secret)).toBe(text);
      }),
    );
  });
});

describe("isSessionId", () => {
  test.each([
    undefined,
    null,
    1,
    {},
    "",
    "x",
    "A".repeat(21),
    "A".repeat(23),
    `${"A".repeat(22)}\n`,
  ])("%j is none", (value) => {
    expect(isSessionId(value)).toBe(false);
  });
});

describe("secrets", () => {
  const secret = "A".repeat(43) as Secret;
  const id = "A".repeat(22) as SessionId;

  test("G2 a hash is the secret's SHA-256 and reveals nothing of its text", () => {
    expect(hashSecret(secret, "__Host-id")).toHaveLength(43);
    expect(hashSecret(secret, "__Host-id")).not.toContain(secret.slice(0, 8));
    expect(hashSecret(secret, "__Host-id")).toBe(hashSecret(secret, "__Host-id"));
  });

  const after = (it: Secret, of: SessionId, nonce: string, lineage = "lineage") =>
    secretOf(succeedingSeed(it, of, nonce), lineage, NAME);

  test("G5 the secret that follows is the same for all who derive it, and another for any other input", () => {
    const next = after(secret, id, "nonce");
    expect(after(secret, id, "nonce")).toBe(next);
    expect(parseToken(joinToken(id, next))).toEqual({ id, secret: next });
    const others = [
      after(`B${secret.slice(1)}` as Secret, id, "nonce"),
      after(secret, `B${id.slice(1)}` as SessionId, "nonce"),
      after(secret, id, "other"),
      after(secret, id, "nonce", "other"),
      secret,
    ];
    expect(new Set([next, ...others]).size).toBe(6);
  });

  test("G5 a derived secret is always a well-formed one", () => {
    fc.assert(
      fc.property(identity, fc.uint8Array({ minLength: 16, maxLength: 16 }), (known, bytes) => {
        const nonce = mintNonce(() => bytes);
        const next = after(known.secret, known.id, nonce, nonce);
        expect(parseToken(joinToken(known.id, next))).toBeDefined();
      }),
    );
  });

  test("G5 a lineage knows every secret of its own, and no other", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(16), bytes(32), (one, other, drawn) => {
        const [lineage, stranger, text] = [one, other, drawn].map((it) =>
          Buffer.from(it).toString("base64url"),
        ) as [string, string, string];
        const own = secretOf(text, lineage, NAME);
        expect(isOfLineage(own, lineage, NAME)).toBe(true);
        expect(isOfLineage(after(own, id, "nonce", lineage), lineage, NAME)).toBe(true);
        expect(isOfLineage(own, stranger, NAME)).toBe(lineage === stranger);
        expect(isOfLineage(own, lineage, "__Host-office")).toBe(false);
        expect(isOfLineage(text as Secret, lineage, NAME)).toBe(text === own);
      }),
    );
  });
});
