import { createSecretKey, generateKeyPairSync, hash, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { SessionConfigError } from "@coatcheck/core";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
} from "jose";
import { describe, expect, test } from "vitest";
import { jwtCodec } from "../session/codec.ts";
import { ALL, AUDIENCE, ISSUER, KEYS, SESSION, SIGNED, testCodec } from "../testing/codec.ts";
import { generateJwk } from "./generate.ts";
import type { PrivateJwk } from "./jwk.ts";
import { JWKS_HEADERS, jwks } from "./jwks.ts";
import { secretKeyName } from "./name.ts";
import { agree } from "./pair.ts";
import { signingRing } from "./ring.ts";

/** The option that is blamed, and what for. Whatever is wrong shows at construction. */
function blamed(keys: unknown): string {
  try {
    jwtCodec({ keys: keys as never, issuer: ISSUER, audience: AUDIENCE });
  } catch (error) {
    if (error instanceof SessionConfigError) return error.message;
    throw error;
  }
  return "nothing";
}

describe.each(ALL)("a key for %s", (alg) => {
  const key = KEYS[alg];

  test("is fresh each time, serialises, and is taken as an object or as text", () => {
    expect(generateJwk(alg)).not.toEqual(generateJwk(alg));
    expect(blamed(key)).toBe("nothing");
    expect(blamed(JSON.stringify(key))).toBe("nothing");
    const { kid, ...nameless } = key;
    expect(blamed(nameless)).toBe("nothing");
    expect(kid).toMatch(/^[\w-]{12}$|^[\w-]{43}$/);
  });

  test("is refused without its algorithm, or with another one", () => {
    const { alg: _, ...without } = key;
    expect(blamed(without)).toMatch(/^keys\.alg must be "EdDSA" or .* or "A256KW"$/);
    expect(blamed({ ...key, alg: "none" })).toContain("keys.alg must be");
    expect(blamed({ ...key, alg: "RS256" })).toContain("keys.alg must be");
    expect(blamed({ ...key, alg: "__proto__" })).toContain("keys.alg must be");
    const others = { EdDSA: "ES256", Ed25519: "HS256", ES256: "EdDSA", HS256: "ES256" } as const;
    const other = alg === "A256KW" ? "EdDSA" : others[alg];
    expect(blamed({ ...key, alg: other })).toContain("keys.kty must be");
  });

  test("is refused for another use, and under another name", () => {
    const use = alg === "A256KW" ? "sig" : "enc";
    expect(blamed({ ...key, use })).toContain("keys.use must be");
    expect(blamed({ ...key, use: use === "sig" ? "enc" : "sig" })).toBe("nothing");
    expect(blamed({ ...key, key_ops: ["verify"] })).toContain("keys.key_ops must include");
    expect(blamed({ ...key, key_ops: "sign wrapKey" })).toContain("keys.key_ops must include");
    expect(blamed({ ...key, key_ops: 7 })).toContain("keys.key_ops must include");
    expect(blamed({ ...key, key_ops: ["sign", "wrapKey"] })).toBe("nothing");
    expect(blamed({ ...key, kid: "mine" })).toContain("keys.kid is not this key's");
  });

  test("has one place in a ring", () => {
    expect(blamed({ current: key, next: key })).toBe(
      "keys.next repeats the current key: each key has one place",
    );
    const other = generateJwk(alg);
    expect(blamed({ current: key, older: [other, other] })).toContain(
      "keys.older[1] repeats the older",
    );
    expect(blamed({ current: key, next: undefined, older: undefined })).toBe("nothing");
    expect(blamed({ current: key, older: JSON.stringify(other) })).toBe("nothing");
  });

  test("G15 shows in no error and in no log", () => {
    const secret = (key.d ?? key.k) as string;
    const shown = [
      blamed({ ...key, kid: "x" }),
      blamed({ ...key, alg: "none" }),
      blamed(JSON.stringify(key).slice(0, -1)),
      blamed({ ...key, d: `${key.d}A`, k: `${key.k}A` }),
      blamed(secret),
      inspect(testCodec(key), { depth: 9, showHidden: true }),
      JSON.stringify(testCodec(key)),
    ];
    for (const text of shown) expect(text).not.toContain(secret.slice(0, 20));
  });
});

test("what is no key at all", () => {
  expect(blamed(undefined)).toContain("keys is missing; make one with generateJwk()");
  expect(blamed("secret")).toContain("keys must be a JSON Web Key, and this text is no JSON");
  for (const none of [null, 7, true, '"text"', "7", "null"]) {
    expect(blamed(none)).toContain("keys must be a JSON Web Key");
  }
  expect(blamed([])).toContain("keys must be an object");
  expect(blamed({})).toContain("keys.current is missing");
  expect(blamed({ current: KEYS.EdDSA, old: KEYS.ES256 })).toContain("keys.old is not an option");
  expect(blamed({ current: KEYS.EdDSA, older: [undefined] })).toContain("keys.older[0] is missing");
});

test("RFC 8725 section 3.5: a secret of less than 32 random bytes, in any disguise", () => {
  for (const alg of ["HS256", "A256KW"]) {
    const weak = [
      randomBytes(31),
      randomBytes(33),
      Buffer.alloc(32, 7),
      Buffer.from("correct horse battery staple 123"),
      Buffer.from("0123456789abcdef0123456789abcdef"),
    ].map((bytes) => bytes.toString("base64url"));
    for (const k of [...weak, "", "secret", undefined, 7, `${KEYS.HS256.k}=`]) {
      const told = blamed({ kty: "oct", alg, k });
      expect(told).toMatch(/^keys\.k (must|does not look|is missing)/);
      // And how to get one of the right form.
      expect(told).toContain("make one with generateJwk()");
      expect(told).not.toContain("generateKey");
    }
  }
});

describe("RFC 8725 section 3.4: halves that do not belong together", () => {
  test.each(["EdDSA", "ES256"] as const)("%s", (alg) => {
    const [a, b]: PrivateJwk[] = [KEYS[alg], generateJwk(alg)];
    const { kid: _, ...key } = a as PrivateJwk & { kid: string };
    const flipped = `${key.x?.startsWith("A") ? "B" : "A"}${key.x?.slice(1)}`;
    const invalid: PrivateJwk[] = [
      { ...key, x: b?.x as string },
      { ...key, x: flipped },
      { ...key, x: b?.x as string, ...(b?.y !== undefined && { y: b.y }) },
      { ...key, d: b?.d as string },
      { ...key, d: "AAAA" },
      { ...key, d: "" },
      { ...key, d: 7 as never },
      { ...key, d: `${"_".repeat(42)}8` },
      ...(alg === "ES256"
        ? [
            { ...key, d: "A".repeat(43) },
            { ...key, y: "" },
          ]
        : []),
      { ...key, x: `${key.x}=` },
      { ...key, d: `${key.d}=` },
    ];
    for (const jwk of invalid) expect(blamed(jwk)).toContain("keys is no valid key");
    const { d: __, ...open } = key;
    expect(blamed(open)).toContain("keys is a public key");
    expect(blamed({ ...key, crv: "P-384" })).toContain("keys.crv must be");
  });
});

test("halves of two keys do not agree, whether Node lets them in or not", () => {
  for (const make of [
    () => generateKeyPairSync("ed25519"),
    () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ]) {
    const [a, b] = [make(), make()];
    expect(agree(a)).toBe(true);
    expect(agree({ privateKey: a.privateKey, publicKey: b.publicKey })).toBe(false);
  }
});

test("names are thumbprints of public keys (RFC 7638), and nothing of a secret", async () => {
  for (const alg of ["EdDSA", "Ed25519", "ES256"] as const) {
    expect(KEYS[alg].kid).toBe(await calculateJwkThumbprint(KEYS[alg] as never));
  }
  for (const alg of ["HS256", "A256KW"] as const) {
    const { kid, k, kty } = KEYS[alg];
    const digests = [
      JSON.stringify({ k, kty }),
      k as string,
      Buffer.from(k as string, "base64url"),
    ];
    for (const digest of digests) {
      expect(hash("sha256", digest, "base64url")).not.toContain(kid);
    }
  }
  // One secret under two algorithms has two names, as it has two keys derived from it.
  const k = createSecretKey(randomBytes(32));
  expect(secretKeyName(k, "HS256")).not.toBe(secretKeyName(k, "A256KW"));
});

test("keys that jose makes and exports are taken", async () => {
  for (const alg of ["EdDSA", "ES256"]) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    expect(blamed({ ...(await exportJWK(privateKey)), alg })).toBe("nothing");
  }
});

test("the options themselves", () => {
  const make = (options: object) => () => jwtCodec(options as never);
  const good = { keys: KEYS.EdDSA, issuer: ISSUER, audience: AUDIENCE };
  expect(make(good)).not.toThrow();
  expect(make({ ...good, issuer: undefined })).toThrow("issuer must be a text");
  expect(make({ ...good, issuer: "" })).toThrow("issuer must be a text");
  expect(make({ ...good, audience: [AUDIENCE] })).toThrow("audience must be a text");
  expect(make({ ...good, audience: "\ud800" })).toThrow("audience must be a text");
  expect(make({ ...good, algorithms: ["none"] })).toThrow("algorithms is not an option");
  expect(make([] as never)).toThrow("options must be an object");
  const mixed = { current: KEYS.EdDSA, older: KEYS.A256KW };
  expect(make({ ...good, keys: mixed })).toThrow("keys must all sign or all encrypt");
  expect(make({ ...good, keys: { ...mixed, allowMixed: true } })).toThrow("must all sign or all");
  for (const alg of ["EdDSA", "Ed25519", "ES256"] as const) {
    for (const keys of [
      { current: KEYS[alg], older: KEYS.HS256 },
      { current: KEYS.HS256, next: KEYS[alg] },
      { current: KEYS.HS256, older: [generateJwk("HS256"), KEYS[alg]] },
    ]) {
      expect(make({ ...good, keys })).toThrow("keys must not mix HS256 with others");
      expect(make({ ...good, keys: { ...keys, allowMixed: "yes" as never } })).toThrow("mix");
      expect(make({ ...good, keys: { ...keys, allowMixed: true } })).not.toThrow();
      expect(jwks({ ...keys, allowMixed: true }).keys).toHaveLength(1);
    }
  }
  expect(() => signingRing(KEYS.HS256)).toThrow("keys must be EdDSA, Ed25519 or ES256 keys");
});

describe("the document for other services", () => {
  test("has the public halves of all signing keys, the current one first", () => {
    const document = jwks({ current: KEYS.EdDSA, next: KEYS.ES256, older: [KEYS.Ed25519] });
    const { x, y } = KEYS.ES256;
    expect(document.keys.map(({ kid }) => kid)).toEqual([
      KEYS.EdDSA.kid,
      KEYS.ES256.kid,
      KEYS.Ed25519.kid,
    ]);
    expect(document.keys[1]).toEqual({
      ...{ kty: "EC", crv: "P-256", x, y },
      ...{ kid: KEYS.ES256.kid, alg: "ES256", use: "sig" },
    });
  });

  test("shows nothing of a private half, and of secret keys nothing at all", () => {
    const keys = { current: KEYS.ES256, next: KEYS.HS256, older: KEYS.EdDSA };
    const text = JSON.stringify(jwks(keys));
    for (const jwk of [KEYS.ES256, KEYS.HS256, KEYS.EdDSA]) {
      expect(text).not.toContain((jwk.d ?? jwk.k) as string);
    }
    for (const { kid: _, ...key } of jwks(keys).keys) {
      expect(Object.keys(key).sort().join()).toMatch(/^alg,crv,kty,use,x(,y)?$/);
    }
    expect(text).not.toContain(KEYS.HS256.kid);
    expect(jwks(KEYS.A256KW)).toEqual({ keys: [] });
  });

  test("comes with headers that let a new key be known in time", () => {
    expect(JWKS_HEADERS).toEqual({
      "content-type": "application/jwk-set+json",
      "cache-control": "public, max-age=600",
    });
  });

  test("is all that another service needs to read a signed session", async () => {
    for (const alg of SIGNED.filter((it) => it !== "HS256")) {
      const token = await testCodec(KEYS[alg]).encode(SESSION);
      const verified = await jwtVerify(token, createLocalJWKSet(jwks(KEYS[alg]) as never), {
        ...{ issuer: ISSUER, audience: AUDIENCE, typ: "coatcheck-session+jwt", algorithms: [alg] },
        currentDate: new Date(SESSION.lastSeenAt + 2_000),
      });
      expect(verified.payload).toMatchObject({ sub: "ada", sid: SESSION.id });
    }
  });
});
