import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import { JWKS_HEADERS, jwks } from "../keys/jwks.ts";
import { KEYS, START } from "../testing/codec.ts";
import { serve } from "../testing/serve.ts";
import { accessTokens } from "./issuer.ts";
import { AccessKeysError } from "./keys-error.ts";
import { accessTokenVerifier, verifyAccessToken } from "./verifier.ts";

const base = { issuer: "https://shop.example.com", audience: "https://api.example.com" };
const clock = () => START;

test("keys behind an address are fetched once for many tokens, and shared by all that ask there", async () => {
  await using it = await serve((_, response) => {
    response.writeHead(200, JWKS_HEADERS).end(JSON.stringify(jwks(KEYS.ES256)));
  });
  const { token } = await accessTokens({ ...base, keys: KEYS.ES256, clock }).issue({
    userId: "ada",
  });
  const verify = accessTokenVerifier({ ...base, jwks: it.url, clock });
  const results = await Promise.all(Array.from({ length: 50 }, () => verify(token)));
  expect(results.filter(({ ok }) => ok)).toHaveLength(50);
  for (let i = 0; i < 5; i++) {
    // With other options each time: the keys are those of the address.
    const result = await verifyAccessToken(token, { ...base, jwks: new URL(it.url), clock });
    expect(result).toMatchObject({ ok: true, token: { userId: "ada" } });
  }
  expect(it.asked).toEqual(["/jwks.json"]);
  // A stranger's key is looked for again at most twice a minute, however many tokens name one.
  const stranger = await accessTokens({ ...base, keys: generateJwk("ES256"), clock }).issue({
    userId: "eve",
  });
  for (let i = 0; i < 20; i++)
    expect(await verify(stranger.token)).toMatchObject({ reason: "unknown-key" });
  expect(it.asked).toHaveLength(1);
});

test("few addresses are remembered, those that were asked for last", async () => {
  await using it = await serve((_, response) => {
    response.end(JSON.stringify(jwks(KEYS.ES256)));
  });
  const access = accessTokens({ ...base, keys: KEYS.ES256, clock });
  const { token } = await access.issue({ userId: "ada" });
  const ask = (name: string) =>
    verifyAccessToken(token, { ...base, jwks: `${it.url}?${name}`, clock });
  await ask("first");
  for (let i = 0; i < 15; i++) await ask(`${i}`);
  await ask("first");
  expect(it.asked).toHaveLength(16);
  await ask("15");
  await ask("first");
  expect(it.asked).toHaveLength(17);
  await ask("0");
  expect(it.asked).toHaveLength(18);
});

test("keys that cannot be had are no word on the token", async () => {
  const { token } = await accessTokens({ ...base, keys: KEYS.ES256, clock }).issue({
    userId: "ada",
  });
  const answers: [number, string][] = [
    [500, "{}"],
    [200, "no JSON"],
    [200, "{}"],
    [302, ""],
  ];
  for (const [status, body] of answers) {
    await using it = await serve((_, response) => {
      response.writeHead(status, { location: "/other" }).end(body);
    });
    const failed = verifyAccessToken(token, { ...base, jwks: it.url, clock });
    await expect(failed).rejects.toThrow(AccessKeysError);
    await expect(failed).rejects.toMatchObject({
      code: "access-keys",
      status: 503,
      statusCode: 503,
    });
    // A redirect is not followed: the address is what was configured.
    expect(it.asked).toEqual(["/jwks.json"]);
  }
  await expect(
    verifyAccessToken(token, { ...base, jwks: "http://127.0.0.1:1/jwks.json", clock }),
  ).rejects.toThrow(AccessKeysError);
});

test("what cannot be a token asks nobody", async () => {
  await using it = await serve((_, response) => {
    response.end();
  });
  const verify = accessTokenVerifier({ ...base, jwks: it.url, clock });
  for (const text of [undefined, "", "x", "a.b.c", "AAAA.AAAA.AAAA"]) {
    expect(await verify(text)).toMatchObject({ ok: false });
  }
  expect(it.asked).toEqual([]);
});

test("an address is https, or this very machine's", () => {
  const made = (jwks: unknown) => () => accessTokenVerifier({ ...base, jwks: jwks as string });
  for (const good of [
    "https://shop.example.com/.well-known/jwks.json",
    new URL("https://shop.example.com/jwks"),
    "http://localhost:3000/jwks",
    "http://127.0.0.1/jwks",
    "http://[::1]:80/jwks",
  ]) {
    expect(made(good)).not.toThrow();
  }
  for (const bad of [
    "http://shop.example.com/jwks",
    "http://127.0.0.1.evil.example/jwks",
    "http://localhost.evil.example/jwks",
    // Who answers for it is for the resolver to say, and that may ask the network.
    "http://auth.localhost/jwks",
    "ftp://shop.example.com/jwks",
    "file:///etc/jwks",
    "data:application/json,{}",
  ]) {
    expect(made(bad)).toThrow("jwks must be an https address");
  }
  for (const none of ["", "jwks.json", "//shop.example.com"]) {
    expect(made(none)).toThrow("jwks must be an address");
  }
});

test("a document holds public keys, and at least one", () => {
  const made = (jwks: unknown) => () => accessTokenVerifier({ ...base, jwks: jwks as string });
  for (const none of [undefined, null, {}, { keys: [] }, { keys: {} }, [], 7]) {
    expect(made(none)).toThrow("jwks must be an https address or a JSON Web Key Set with keys");
  }
  for (const alg of ["ES256", "EdDSA", "HS256"] as const) {
    const keys = [...jwks(KEYS.ES256).keys, KEYS[alg]];
    expect(made({ keys })).toThrow("jwks holds a private or secret key");
  }
  for (const key of [null, 7, "key"]) {
    expect(made({ keys: [key] })).toThrow("jwks holds something that is no JSON Web Key");
  }
});

test("an address with a password is refused, and the error does not show it", () => {
  for (const jwks of [
    "https://user:s3cret@keys.example.com/jwks",
    "https://s3cret@keys.example.com/jwks",
    "https://:s3cret@keys.example.com/jwks",
    "http://user:s3cret@localhost/jwks",
  ]) {
    let error: unknown;
    try {
      accessTokenVerifier({ ...base, jwks });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).toContain("jwks must have no name and password");
    expect(inspect(error)).not.toContain("s3cret");
  }
});

test("a key of a document that is broken or weak is told at once, and one of an unknown kind passed over", async () => {
  const made = (...keys: object[]) => accessTokenVerifier({ ...base, clock, jwks: { keys } });
  const [good] = jwks(KEYS.ES256).keys;
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  for (const key of [
    { ...good, y: good?.x },
    { ...good, x: "AAAA" },
    { ...good, crv: "P-999" },
    { kty: "EC" },
    { kty: "OKP", crv: "Ed25519", x: "AAAA" },
    { kty: "RSA", n: "AQAB", e: "AQAB" },
    weak.export({ format: "jwk" }),
  ]) {
    expect(() => made(good as object, key)).toThrow("jwks holds a key that is none, or too weak");
  }
  for (const key of [{}, { kty: 7 }, []]) {
    expect(() => made(key)).toThrow("jwks holds something that is no JSON Web Key");
  }
  const { token } = await accessTokens({ ...base, keys: KEYS.ES256, clock }).issue({
    userId: "ada",
  });
  const verify = made({ kty: "AKP", alg: "ML-DSA-44", pub: "AAAA" }, good as object);
  expect(await verify(token)).toMatchObject({ ok: true });
});
