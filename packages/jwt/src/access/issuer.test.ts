import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import { KEYS, START } from "../testing/codec.ts";
import { claimsOf, headerOf } from "../testing/forge.ts";
import { type AccessTokensOptions, accessTokens } from "./issuer.ts";

const ISSUER = "https://shop.example.com";
const AUDIENCE = "https://api.example.com";
const base = { keys: KEYS.EdDSA, issuer: ISSUER, audience: AUDIENCE, clock: () => START };
const made = (options: Partial<AccessTokensOptions> = {}) => accessTokens({ ...base, ...options });

test("a token is what RFC 9068 says", async () => {
  const { token, ...rest } = await made({ clientId: "web" }).issue({
    userId: "ada",
    sessionId: "AAECAwQFBgcICQoLDA0ODw",
    authenticatedAt: START - 5_432,
    scope: "cart:read cart:write",
    acr: "2",
    amr: ["pwd", "otp"],
    claims: { tenant: "north" },
  });
  expect(headerOf(token)).toEqual({ alg: "EdDSA", kid: KEYS.EdDSA.kid, typ: "at+jwt" });
  expect(claimsOf(token)).toEqual({
    ...{ iss: ISSUER, aud: AUDIENCE, sub: "ada", client_id: "web" },
    ...{ iat: 2_000_000_000, nbf: 2_000_000_000, exp: 2_000_000_300 },
    jti: expect.stringMatching(/^[\w-]{22}$/),
    ...{ auth_time: 1_999_999_994, acr: "2", amr: ["pwd", "otp"] },
    ...{ scope: "cart:read cart:write", sid: "AAECAwQFBgcICQoLDA0ODw", tenant: "north" },
  });
  expect(rest).toEqual({ expiresAt: 2_000_000_300_000, expiresIn: 300 });
});

test("a token says nothing that it was not told, and no two are alike", async () => {
  const access = made();
  const [one, two] = [await access.issue({ userId: "ada" }), await access.issue({ userId: "ada" })];
  const names = Object.keys(claimsOf(one.token)).sort();
  expect(names).toEqual(["aud", "exp", "iat", "iss", "jti", "nbf", "sub"]);
  expect(claimsOf(one.token).jti).not.toBe(claimsOf(two.token).jti);
});

test("it ends with its session, if that ends before", async () => {
  const issue = (notAfter: number) => made({ ttl: "1h" }).issue({ userId: "ada", notAfter });
  expect(await issue(START + 60_000)).toMatchObject({ expiresIn: 60 });
  expect(await issue(START + 59_876)).toMatchObject({
    expiresAt: 2_000_000_059_000,
    expiresIn: 59,
  });
  expect(await issue(START + 7_200_000)).toMatchObject({ expiresIn: 3_600 });
  expect(await issue(START - 9_000)).toMatchObject({ expiresIn: 0 });
});

test("what it cannot say truthfully it does not say", async () => {
  const own = ["iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti"];
  for (const name of [...own, "auth_time", "acr", "amr", "scope", "sid"]) {
    const failed = made().issue({ userId: "ada", claims: { [name]: undefined } });
    await expect(failed).rejects.toThrow(`claims.${name} has a meaning of its own`);
  }
  for (const userId of ["", undefined, null, 7, "\ud800"]) {
    await expect(made().issue({ userId: userId as string })).rejects.toThrow(TypeError);
  }
});

test.each<[string, unknown[]]>([
  ["sessionId", ["", null, 7]],
  ["authenticatedAt", [Number.NaN, -1, Infinity, "0", null, 2 ** 60, new Date()]],
  ["notAfter", [Number.NaN, -1, "0", null, new Date(), 10n]],
  ["scope", [5, null, ["cart"], 'a"b', "a\\b", "a\nb", "é"]],
  ["acr", [5, null, "", "\ud800"]],
  ["amr", ["pwd", null, [5], [""], ["pwd", null], new Set(["pwd"])]],
  ["claims", [null, 7, [], new Map(), new Date(), { toJSON: () => ({ iss: "eve" }) }]],
])("a bad %s is no word of it", async (name, values) => {
  for (const value of values) {
    const failed = made().issue({ userId: "ada", [name]: value });
    await expect(failed).rejects.toThrow(TypeError);
    await expect(failed).rejects.toThrow(`issue(): ${name} must be`);
  }
});

test("further claims are plain JSON, on every level", async () => {
  const own: Record<string, unknown> = {};
  own.self = own;
  for (const [value, kind] of [
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
    [10n, "of type bigint"],
    [() => {}, "of type function"],
    [Symbol("a"), "of type symbol"],
    [new Date(0), "an instance of Date"],
    [new Set(["admin"]), "an instance of Set"],
    [new Map(), "an instance of Map"],
    [Buffer.from("a"), "an instance of Buffer"],
    [Object.create({ a: 1 }), "an instance of"],
    ["\ud800", "a text with half a character"],
    [{ "\ud800": 1 }, "a name with half a character"],
    [own, "it holds itself"],
  ] as const) {
    for (const claims of [{ a: value }, { a: [value] }, { a: { b: [{ c: value }] } }]) {
      const failed = made().issue({ userId: "ada", claims });
      await expect(failed).rejects.toThrow(TypeError);
      await expect(failed).rejects.toThrow(/^issue\(\): claims\.a.* must be JSON/);
      await expect(failed).rejects.toThrow(kind);
    }
  }
  // biome-ignore lint/suspicious/noSparseArray: JSON would make null of the hole.
  for (const list of [[undefined], [, 1]]) {
    await expect(made().issue({ userId: "ada", claims: { list } })).rejects.toThrow(
      "claims.list[0]",
    );
  }
  const twice = { deep: [1, "é", true, null, { a: [] }] };
  const claims = { twice, again: twice, none: undefined, bare: Object.create(null) };
  const said = claimsOf((await made().issue({ userId: "ada", claims })).token);
  expect(said).toMatchObject({ twice, again: twice, bare: {} });
  expect(said).not.toHaveProperty("none");
});

test("the keys are shown as they were at construction, and are not for changing", () => {
  const access = made();
  expect(access.jwks()).toBe(access.jwks());
  expect(() => (access.jwks().keys as unknown[]).pop()).toThrow(TypeError);
  expect(() => Object.assign(access.jwks().keys[0] ?? {}, { x: "AAAA" })).toThrow(TypeError);
});

test("the current key signs, and all of them are shown", async () => {
  const keys = { current: KEYS.ES256, next: KEYS.EdDSA, older: generateJwk("ES256") };
  const access = made({ keys });
  expect(access.jwks().keys.map(({ kid }) => kid)).toEqual([
    KEYS.ES256.kid,
    KEYS.EdDSA.kid,
    keys.older.kid,
  ]);
  const { token } = await access.issue({ userId: "ada" });
  const verified = await jwtVerify(token, createLocalJWKSet(access.jwks() as never), {
    ...{ issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt", algorithms: ["ES256"] },
    currentDate: new Date(START),
  });
  expect(verified.payload.sub).toBe("ada");
});

describe("options", () => {
  test.each<[string, object]>([
    ["issuer must be a text", { issuer: "" }],
    ["audience must be a text", { audience: undefined }],
    ["clientId must be a text", { clientId: 7 }],
    ["keys must be EdDSA, Ed25519 or ES256 keys", { keys: KEYS.HS256 }],
    ["keys must be EdDSA, Ed25519 or ES256 keys", { keys: KEYS.A256KW }],
    ["keys must be EdDSA", { keys: { current: KEYS.EdDSA, older: KEYS.HS256 } }],
    ["keys is missing", { keys: undefined }],
    ['ttl must be from "1s" to "1h"', { ttl: "61m" }],
    ['ttl must be from "1s" to "1h"', { ttl: "999ms" }],
    ["ttl must be a duration with its unit", { ttl: 300 }],
    ["clock must be a function", { clock: START }],
    ["random must be a function", { random: 4 }],
    ["lifetime is not an option", { lifetime: "5m" }],
  ])("%s", (message, change) => {
    expect(() => accessTokens({ ...base, ...change } as AccessTokensOptions)).toThrow(message);
  });

  test("the longest and the shortest", async () => {
    expect(await made({ ttl: "1h" }).issue({ userId: "a" })).toMatchObject({ expiresIn: 3_600 });
    expect(await made({ ttl: "1s" }).issue({ userId: "a" })).toMatchObject({ expiresIn: 1 });
  });
});
