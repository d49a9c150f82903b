import { SessionConfigError } from "@coatcheck/core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Fetch } from "../keys/fetch-json.ts";
import { confused, encrypted, type Signer, signer, unsigned } from "../testing/provider.ts";
import { type ResourceServerOptions, resourceServer } from "./resource-server.ts";
import type { AccessRefusal } from "./result.ts";

const ISSUER = "https://id.example";
const AUDIENCE = "https://api.shop.example";
const NOW = 2_000_000_000;
const TYPE = { typ: "at+jwt" };

let rsa: Signer;
let ec: Signer;
let stranger: Signer;
beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([signer(), signer("ES256"), signer()]);
});

const claimsOf = (more: object = {}): object => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "ada",
  client_id: "cli",
  iat: NOW,
  exp: NOW + 300,
  jti: "token 1",
  scope: "cart:read cart:write",
  ...more,
});
const without = (name: string): object =>
  Object.fromEntries(Object.entries(claimsOf()).filter(([key]) => key !== name));

const api = (options: Partial<ResourceServerOptions> = {}) =>
  resourceServer({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: { keys: [rsa.publicJwk, ec.publicJwk] },
    clock: () => NOW * 1000,
    ...options,
  });

test("a good token says who may do what", async () => {
  const token = await rsa.sign(claimsOf({ department: 7 }), TYPE);
  expect(await api().verify(`Bearer ${token}`)).toEqual({
    ok: true,
    token: {
      issuer: ISSUER,
      subject: "ada",
      clientId: "cli",
      scope: ["cart:read", "cart:write"],
      tokenId: "token 1",
      issuedAt: NOW * 1000,
      expiresAt: (NOW + 300) * 1000,
      claims: claimsOf({ department: 7 }),
    },
  });
});

describe("a token is accepted", () => {
  const table: [string, object, object?][] = [
    ["with the long name of its type", {}, { typ: "application/at+jwt" }],
    ["with its type in capitals", {}, { typ: "AT+JWT" }],
    ["for several services", { aud: ["other", AUDIENCE] }],
    ["without a scope, where none is asked for", { scope: undefined }],
    ["59 s after its end", { exp: NOW - 59 }],
    ["60 s before its beginning", { iat: NOW + 60, nbf: NOW + 60 }],
  ];
  test.each(table)("%s", async (_, claims, header = TYPE) => {
    const token = await rsa.sign(claimsOf(claims), header);
    expect(await api().verify({ headers: { authorization: `Bearer ${token}` } })).toMatchObject({
      ok: true,
    });
  });
});

describe("a token is refused by 401 invalid_token, which does not say why:", () => {
  const table: [string, AccessRefusal, () => string | Promise<string>][] = [
    ["alg none", "algorithm", () => unsigned(claimsOf())],
    ["HS256 with the public key as secret", "algorithm", () => confused(rsa, claimsOf())],
    ["another key", "signature", () => stranger.sign(claimsOf(), TYPE)],
    ["an unknown kid", "unknown-key", () => rsa.sign(claimsOf(), { ...TYPE, kid: "other" })],
    ["encrypted", "encrypted", async () => encrypted(await rsa.sign(claimsOf(), TYPE))],
    ["no JWT", "malformed", () => "opaque"],
    [
      "with a key of its own",
      "malformed",
      () => rsa.sign(claimsOf(), { ...TYPE, jwk: stranger.publicJwk }),
    ],
    ["no typ", "type", () => rsa.sign(claimsOf())],
    ["an ID token", "type", () => rsa.sign(claimsOf(), { typ: "JWT" })],
    ["a logout token", "type", () => rsa.sign(claimsOf(), { typ: "logout+jwt" })],
    ["another issuer", "issuer", () => rsa.sign(claimsOf({ iss: "https://other.example" }), TYPE)],
    ["the issuer with a slash", "issuer", () => rsa.sign(claimsOf({ iss: `${ISSUER}/` }), TYPE)],
    [
      "another audience",
      "audience",
      () => rsa.sign(claimsOf({ aud: "https://other.example" }), TYPE),
    ],
    ["no audience", "audience", () => rsa.sign(without("aud"), TYPE)],
    ...["sub", "client_id", "iat", "exp", "jti"].map(
      (name): [string, AccessRefusal, () => Promise<string>] => [
        `no ${name}`,
        "claims",
        () => rsa.sign(without(name), TYPE),
      ],
    ),
    ["an empty sub", "claims", () => rsa.sign(claimsOf({ sub: "" }), TYPE)],
    ["a scope that is a list", "claims", () => rsa.sign(claimsOf({ scope: ["cart:read"] }), TYPE)],
    ["exp as a text", "claims", () => rsa.sign(claimsOf({ exp: "9999999999" }), TYPE)],
    ["expired", "expired", () => rsa.sign(claimsOf({ exp: NOW - 60 }), TYPE)],
    ["of the future", "early", () => rsa.sign(claimsOf({ iat: NOW + 61 }), TYPE)],
    ["not yet to be used", "early", () => rsa.sign(claimsOf({ nbf: NOW + 61 }), TYPE)],
    ["bound to a key by DPoP", "bound", () => rsa.sign(claimsOf({ cnf: { jkt: "x" } }), TYPE)],
    [
      "bound to a certificate",
      "bound",
      () => rsa.sign(claimsOf({ cnf: { "x5t#S256": "x" } }), TYPE),
    ],
  ];
  test.each(table)("%s", async (_, reason, token) => {
    expect(await api().verify(`Bearer ${await token()}`)).toEqual({
      ok: false,
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      reason,
    });
  });

  test("of an algorithm that is not asked for", async () => {
    const token = await rsa.sign(claimsOf(), TYPE);
    const result = await api({ algorithms: ["ES256"] }).verify(`Bearer ${token}`);
    expect(result).toMatchObject({ status: 401, reason: "algorithm" });
    const good = await ec.sign(claimsOf(), TYPE);
    expect((await api({ algorithms: ["ES256"] }).verify(`Bearer ${good}`)).ok).toBe(true);
  });
});

describe("what a request brings", () => {
  const verify = (request: Parameters<ReturnType<typeof api>["verify"]>[0]) =>
    api().verify(request);
  test.each([
    ["nothing", undefined],
    ["nothing, in a request", { headers: {} }],
    ["nothing, in a Request", new Request("https://api.example/cart")],
    ["another scheme", "Basic YTpi"],
    ["a token in the URL alone, which is none", { headers: {}, url: "/cart?access_token=x" }],
    ["DPoP, which is another scheme", "DPoP abc"],
    ["a scheme that only begins alike", "BearerX abc"],
  ])("%s: 401 without an error code (RFC 6750 section 3)", async (_, request) => {
    expect(await verify(request)).toEqual({
      ok: false,
      status: 401,
      challenge: "Bearer",
      reason: "missing",
    });
  });

  test.each([
    ["Bearer and no token", "Bearer"],
    ["two tokens in one header", "Bearer a.b.c, Bearer a.b.c"],
    ["a token with a blank", "Bearer a b"],
    ["two headers", { headers: {}, headersDistinct: { authorization: ["Bearer a", "Basic b"] } }],
    ["two headers in a list", { headers: { authorization: ["Bearer a", "Bearer b"] } }],
    [
      "two headers by different spellings",
      { headers: { Authorization: "Bearer a", authorization: "Bearer b" } },
    ],
    [
      "another in the URL",
      { headers: { authorization: "Bearer a.b.c" }, url: "/?x=1&access_token=b" },
    ],
    [
      "another in the URL of a Request",
      new Request("https://a.example/?access_token=b", {
        headers: { authorization: "Bearer a.b.c" },
      }),
    ],
  ])("%s: 400 invalid_request (RFC 6750 section 3.1)", async (_, request) => {
    expect(await verify(request)).toEqual({
      ok: false,
      status: 400,
      challenge: 'Bearer error="invalid_request"',
      reason: "unclear",
    });
  });

  test("the scheme in any case, and blanks", async () => {
    const token = await rsa.sign(claimsOf(), TYPE);
    for (const text of [`bearer ${token}`, `BEARER   ${token}`, ` Bearer ${token} `]) {
      expect((await verify(text)).ok, text).toBe(true);
    }
  });
});

describe("scope", () => {
  const asked = async (scope: string | readonly string[], has: string | undefined) => {
    const token = await rsa.sign(claimsOf({ scope: has }), TYPE);
    return api().verify(`Bearer ${token}`, { scope });
  };

  test.each([
    ["cart:read", undefined],
    ["cart:read", "cart:reader"],
    [["cart:read", "cart:write"], "cart:read"],
  ])("%s of %s: 403 insufficient_scope, with what is missing", async (scope, has) => {
    expect(await asked(scope, has)).toEqual({
      ok: false,
      status: 403,
      challenge: `Bearer error="insufficient_scope", scope="${[scope].flat().join(" ")}"`,
      reason: "scope",
    });
  });

  test.each([
    ["cart:read", "cart:read"],
    ["cart:read cart:write", "cart:write other cart:read"],
    [[], undefined],
  ])("%s of %s is enough", async (scope, has) => {
    expect((await asked(scope, has)).ok).toBe(true);
  });

  test("that would break out of the challenge is refused", async () => {
    await expect(asked('a"b', "a")).rejects.toThrow(SessionConfigError);
    await expect(asked(["a b"], "a")).rejects.toThrow(/scope must be names/);
  });
});

describe("the provider", () => {
  const metadata = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
  function net(over: { metadata?: object; down?: boolean } = {}) {
    const state = { down: false, keys: [rsa.publicJwk], ...over };
    const asked: string[] = [];
    const fetch: Fetch = async (url) => {
      asked.push(url);
      if (state.down) throw new TypeError("fetch failed");
      return Response.json(
        url.endsWith("/jwks") ? { keys: state.keys } : (state.metadata ?? metadata),
      );
    };
    return { state, asked, fetch };
  }

  test("says itself where its keys are, once", async () => {
    const { asked, fetch } = net();
    const it = api({ jwks: undefined as never, fetch });
    const token = `Bearer ${await rsa.sign(claimsOf(), TYPE)}`;
    expect((await it.verify(token)).ok).toBe(true);
    expect((await it.verify(token)).ok).toBe(true);
    expect(asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/jwks`]);
  });

  test("that cannot be reached is a 503, whatever the token, and is not hammered", async () => {
    const { state, asked, fetch } = net({ down: true });
    let now = NOW * 1000;
    const it = api({ jwks: undefined as never, fetch, clock: () => now });
    const token = `Bearer ${await rsa.sign(claimsOf(), TYPE)}`;
    for (let i = 0; i < 20; i++) {
      expect(await it.verify(token)).toMatchObject({
        ok: false,
        status: 503,
        challenge: undefined,
        reason: "provider-down",
      });
    }
    expect(asked).toHaveLength(1);
    state.down = false;
    now += 5_000;
    expect((await it.verify(token)).ok).toBe(true);
  });

  test("whose metadata name another issuer is not believed", async () => {
    const other = { metadata: { ...metadata, issuer: `${ISSUER}/` } };
    const it = api({ jwks: undefined as never, fetch: net(other).fetch });
    const token = `Bearer ${await rsa.sign(claimsOf(), TYPE)}`;
    expect(await it.verify(token)).toMatchObject({ status: 503 });
  });

  test("whose keys are at a plain address is not believed", async () => {
    const other = { metadata: { ...metadata, jwks_uri: "http://id.example/jwks" } };
    const it = api({ jwks: undefined as never, fetch: net(other).fetch });
    expect(await it.verify(`Bearer ${await rsa.sign(claimsOf(), TYPE)}`)).toMatchObject({
      status: 503,
    });
  });
});

describe("options", () => {
  test.each([
    ["issuer", { issuer: "http://id.example" }],
    ["issuer", { issuer: "id.example" }],
    ["issuer", { issuer: undefined }],
    ["issuer", { issuer: `${ISSUER}?x` }],
    ["audience", { audience: "" }],
    ["algorithms", { algorithms: [] }],
    ["algorithms", { algorithms: ["HS256"] }],
    ["algorithms", { algorithms: ["none"] }],
    ["jwks", { jwks: { keys: [] } }],
    ["jwks", { jwks: "http://id.example/jwks" }],
    ["audiense", { audiense: "x" }],
    ["timeout", { timeout: 5 }],
  ])("%s is checked at construction", (option, options) => {
    expect(() => api(options as never)).toThrow(expect.objectContaining({ option }));
  });
});
