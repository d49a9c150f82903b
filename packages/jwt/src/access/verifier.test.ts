import { createHmac, createPublicKey } from "node:crypto";
import { inspect } from "node:util";
import { build } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import { jwks } from "../keys/jwks.ts";
import { KEYS, SESSION, START, testCodec } from "../testing/codec.ts";
import { claimsOf, forge, headerOf, segment, signInput } from "../testing/forge.ts";
import { accessTokens } from "./issuer.ts";
import {
  type AccessVerifierOptions,
  accessTokenVerifier,
  bearerToken,
  verifyAccessToken,
} from "./verifier.ts";

const ISSUER = "https://shop.example.com";
const AUDIENCE = "https://api.example.com";
const KEY = KEYS.EdDSA;
const base = {
  ...{ issuer: ISSUER, audience: AUDIENCE, jwks: jwks(KEY), clock: () => START },
} satisfies AccessVerifierOptions;
const verifier = (options: Partial<AccessVerifierOptions> = {}) =>
  accessTokenVerifier({ ...base, ...options });
const issue = (keys: Parameters<typeof jwks>[0] = KEY) =>
  accessTokens({
    keys,
    issuer: ISSUER,
    audience: AUDIENCE,
    clientId: "web",
    clock: () => START,
  }).issue({
    ...{ userId: "ada", sessionId: SESSION.id, scope: "cart:read  cart:write" },
    ...{ authenticatedAt: START - 5_432, claims: { tenant: "north" } },
  });
const good = (async () => (await issue()).token)();
const INVALID = 'Bearer error="invalid_token"';

async function judge(change: { header?: object | string; claims?: object | string | Uint8Array }) {
  const token = await good;
  const { header = {}, claims = {} } = change;
  const merged = (given: object | string | Uint8Array, own: object) =>
    typeof given === "string" || given instanceof Uint8Array ? given : { ...own, ...given };
  const forged = forge(KEY, merged(header, headerOf(token)), merged(claims, claimsOf(token)));
  const result = await verifier()(forged);
  return result.ok || result.reason;
}

test("a good token's content", async () => {
  const token = await good;
  expect(await verifier()(token)).toEqual({
    ok: true,
    token: {
      ...{ userId: "ada", sessionId: SESSION.id, clientId: "web" },
      scope: ["cart:read", "cart:write"],
      authenticatedAt: 1_999_999_994_000,
      expiresAt: 2_000_000_300_000,
      tokenId: expect.stringMatching(/^[\w-]{22}$/),
      claims: claimsOf(token),
    },
  });
  expect(await verifyAccessToken(token, base)).toMatchObject({ ok: true });
  expect(await judge({})).toBe(true);
});

test("the least that a token says", async () => {
  const { token } = await accessTokens({
    ...{ keys: KEY, issuer: ISSUER, audience: AUDIENCE, clock: () => START },
  }).issue({ userId: "ada" });
  const result = await verifier()(token);
  expect(result).toMatchObject({ ok: true, token: { userId: "ada", scope: [] } });
  if (!result.ok) throw new Error("absent");
  const { sessionId, clientId, authenticatedAt } = result.token;
  expect([sessionId, clientId, authenticatedAt]).toEqual([undefined, undefined, undefined]);
});

test("what to answer: nothing of an error to who brought nothing, and of the rest only the end of its time", async () => {
  const told = async (token: string | undefined, at = START) => {
    const result = await verifier({ clock: () => at })(token);
    return result.ok || [result.reason, result.challenge];
  };
  expect(await told(undefined)).toEqual(["missing", "Bearer"]);
  expect(await told("")).toEqual(["missing", "Bearer"]);
  expect(await told("secret")).toEqual(["malformed", INVALID]);
  const expired = `${INVALID}, error_description="expired"`;
  expect(await told(await good, START + 400_000)).toEqual(["expired", expired]);
  expect(await told((await issue(generateJwk("EdDSA"))).token)).toEqual(["unknown-key", INVALID]);
});

test("all times, to the millisecond, with the difference of the clocks that is allowed", async () => {
  const at = async (now: number, clockTolerance?: `${number}s`) => {
    const result = await verifier({ clock: () => now, ...(clockTolerance && { clockTolerance }) })(
      await good,
    );
    return result.ok || result.reason;
  };
  const [from, to] = [2_000_000_000_000, 2_000_000_300_000];
  expect(await at(to + 4_999)).toBe(true);
  expect(await at(to + 5_000)).toBe("expired");
  expect(await at(from - 5_000)).toBe(true);
  expect(await at(from - 5_001)).toBe("early");
  expect(await at(to - 1, "0s")).toBe(true);
  expect(await at(to, "0s")).toBe("expired");
  expect(await at(from, "0s")).toBe(true);
  expect(await at(from - 1, "0s")).toBe("early");
  expect(await at(to + 59_999, "60s")).toBe(true);
  expect(await at(to + 1_499, "1.5s")).toBe(true);
  expect(await at(to + 1_500, "1.5s")).toBe("expired");
});

describe("claims", () => {
  const now = Math.floor(START / 1000);
  test.each<[string, string | true, unknown[]]>([
    ["iss", "foreign", [undefined, null, "", `${ISSUER}/`, [ISSUER], 7]],
    [
      "aud",
      "foreign",
      [undefined, null, "", `${AUDIENCE}/`, [], [[AUDIENCE]], "*", { 0: AUDIENCE }],
    ],
    ["aud", true, [AUDIENCE, [AUDIENCE], ["https://other.example", AUDIENCE]]],
    ["exp", "malformed", [undefined, null, "2000000300", -1, 2 ** 53, true, [], {}]],
    ["exp", "expired", [0, now - 6]],
    ["exp", true, [now + 0.5, now + 60]],
    ["iat", "malformed", [undefined, null, `${now}`, -1, 2 ** 53]],
    ["iat", "early", [now + 7, now + 3_600]],
    ["nbf", "malformed", [null, `${now}`, -1, 2 ** 53]],
    ["nbf", "early", [now + 7, now + 3_600]],
    ["nbf", true, [undefined, 0, now - 0.5]],
    ["sub", "malformed", [undefined, null, "", 7, {}, "\ud800", "ada\udfff"]],
    ["jti", "malformed", [undefined, null, "", 7, "\ud800"]],
    ["sid", "malformed", [null, "", 7, "\ud800"]],
    ["client_id", "malformed", [null, "", 7, "\ud800"]],
    ["scope", "malformed", [null, 7, ["cart:read"]]],
    ["scope", true, [undefined, ""]],
    ["auth_time", "malformed", [null, "1", -1]],
    ["auth_time", true, [undefined, 0]],
    ["anything", true, [undefined, null, { deep: [{ a: 1 }, { a: 2 }] }]],
  ])("%s: %s", async (claim, wanted, values) => {
    for (const value of values) expect(await judge({ claims: { [claim]: value } })).toBe(wanted);
  });

  test("a member named twice, on any level and in any spelling", async () => {
    const text = JSON.stringify(claimsOf(await good));
    for (const [from, to, wanted] of [
      ['"sub":"ada"', '"sub":"eve","sub":"ada"', "malformed"],
      ['"sub":"ada"', '"sub":"ada","\\u0073ub":"eve"', "malformed"],
      ['"sub":"ada"', '"sub":"ada" , "sub"\n:"eve"', "malformed"],
      ['"tenant":"north"', '"tenant":{"a":1,"b":{"c":1,"c":2}}', "malformed"],
      ['"tenant":"north"', '"tenant":[{"a":1},{"a":1,"a":2}]', "malformed"],
      ['"tenant":"north"', '"tenant":{"__proto__":1,"__proto__":2}', "malformed"],
      // Twice, and yet not in one object, or no name.
      ['"tenant":"north"', '"tenant":{"sub":{"sub":["sub","sub","sub:"]}}', true],
      ['"tenant":"north"', '"tenant":[{"a":1},{"a":2},"a","\\"a\\":"]', true],
      ['"tenant":"north"', '"tenant":"{\\"sub\\":1,\\"sub\\":2}"', true],
    ] as const) {
      expect(text).toContain(from);
      expect(await judge({ claims: text.replace(from, to) })).toBe(wanted);
    }
  });

  test("RFC 8725 section 3.7: no UTF-8, or no object", async () => {
    const text = JSON.stringify(claimsOf(await good));
    const invalid = [
      Buffer.from(text, "utf16le"),
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(text.replace("ada", "\xff"), "latin1"),
    ];
    for (const claims of [...invalid, "null", "[]", "7", "{", "{}{}", '"text"']) {
      expect(await judge({ claims })).toBe("malformed");
    }
  });
});

describe("header", () => {
  test.each(["at+jwt", "application/at+jwt", "AT+JWT", "Application/At+Jwt"])(
    "typ %j",
    async (typ) => {
      expect(await judge({ header: { typ } })).toBe(true);
    },
  );

  test.each<[object]>([
    ...["JWT", "coatcheck-session+jwt", "", "x/at+jwt", "at+jwt2", null, 7, undefined].map(
      (typ): [object] => [{ typ }],
    ),
    ...[
      "none",
      "None",
      "NONE",
      "",
      "hs256",
      "HS256",
      "eddsa",
      "ES384",
      "RS256",
      null,
      7,
      undefined,
    ].map((alg): [object] => [{ alg }]),
    [{ crit: ["exp"] }],
    [{ crit: [] }],
    [{ crit: ["b64"], b64: false }],
    [{ b64: false }],
    [{ zip: "DEF" }],
    [{ jwk: jwks(KEY).keys[0] }],
    [{ jku: "https://evil.example/jwks.json" }],
    [{ x5u: "https://evil.example/x5u" }],
    [{ x5c: ["AAAA"] }],
  ])("%j is refused", async (header) => {
    expect(await judge({ header })).toBe("malformed");
  });

  test("what harms nobody passes", async () => {
    expect(await judge({ header: { x5t: "AAAA", more: 1 } })).toBe(true);
  });

  test("a member named twice", async () => {
    const header = JSON.stringify(headerOf(await good));
    expect(await judge({ header: header.replace("{", '{"alg":"none",') })).toBe("malformed");
    expect(await judge({ header: header.replace("{", '{"\\u0061lg":"none",') })).toBe("malformed");
    expect(await judge({ header: header.replace("{", '{"kid":"other",') })).toBe("malformed");
    expect(await judge({ header: header.replace("{", "{ ") })).toBe(true);
  });

  test.each(["", "null", "[]", "7", "{", "\uFEFF{}"])("of %j", async (header) => {
    expect(await judge({ header })).toBe("malformed");
  });

  test.each(["../../etc/passwd", "__proto__", "' OR 1=1 --", ""])(
    "kid %j is only looked up",
    async (kid) => {
      expect(await judge({ header: { kid } })).toBe("unknown-key");
    },
  );

  test("without kid: the one key that fits, and of several none", async () => {
    expect(await judge({ header: { kid: undefined } })).toBe(true);
    const token = await good;
    const nameless = forge(KEY, { alg: "EdDSA", typ: "at+jwt" }, claimsOf(token));
    const set = { keys: [...jwks(KEY).keys, ...jwks(generateJwk("EdDSA")).keys] };
    const result = await verifier({ jwks: set })(nameless);
    expect(result).toMatchObject({ ok: false, reason: "unknown-key" });
    expect(await verifier({ jwks: set })(token)).toMatchObject({ ok: true });
  });
});

describe("signatures", () => {
  test("RFC 8725 section 2.1: the public key as a secret", async () => {
    const token = await good;
    const publicKey = createPublicKey({ format: "jwk", key: KEY as never });
    const input = `${segment({ ...headerOf(token), alg: "HS256" })}.${segment(claimsOf(token))}`;
    for (const secret of [
      publicKey.export({ format: "pem", type: "spki" }),
      publicKey.export({ format: "der", type: "spki" }),
      Buffer.from(KEY.x as string, "base64url"),
    ]) {
      const mac = createHmac("sha256", secret).update(input).digest("base64url");
      expect(await verifier()(`${input}.${mac}`)).toMatchObject({ reason: "malformed" });
    }
  });

  test("another key's under our kid, or of another algorithm", async () => {
    const token = await good;
    const input = token.slice(0, token.lastIndexOf("."));
    for (const key of [generateJwk("EdDSA"), KEYS.Ed25519]) {
      expect(await verifier()(signInput(key, input))).toMatchObject({ reason: "tampered" });
    }
    const es256 = (await issue(KEYS.ES256)).token;
    expect(await verifier({ jwks: jwks(KEYS.ES256) })(es256)).toMatchObject({ ok: true });
    const edDsaOnly = verifier({ jwks: jwks(KEYS.ES256), algorithms: ["EdDSA"] });
    expect(await edDsaOnly(es256)).toMatchObject({ reason: "malformed" });
  });

  test("every single bit flipped, and every truncation and extension", async () => {
    const token = await good;
    const segments = token.split(".");
    const flipped = segments.flatMap((part, at) => {
      const bytes = Buffer.from(part, "base64url");
      return Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const copy = Buffer.from(bytes);
        copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
        return segments.with(at, copy.toString("base64url")).join(".");
      });
    });
    const cut = Array.from({ length: token.length }, (_, at) => [
      token.slice(0, at),
      token.slice(at + 1),
      `${token.slice(0, at)}=${token.slice(at)}`,
      `${token.slice(0, at)} ${token.slice(at)}`,
      `${token.slice(0, at)}A${token.slice(at)}`,
    ]).flat();
    const verify = verifier();
    const forged = [...flipped, ...cut].filter((it) => it !== token);
    const results = await Promise.all(forged.map((it) => verify(it)));
    expect(results.filter(({ ok }) => ok)).toEqual([]);
    expect(forged.length).toBeGreaterThan(5_000);
  });

  test("spare bits, padding, other alphabets, other serialisations", async () => {
    const token = await good;
    const last = token.slice(-1);
    const next = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const spare = token.slice(0, -1) + next[next.indexOf(last) + 1];
    const [header, payload, signature] = token.split(".");
    const general = JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
    for (const it of [
      spare,
      `${token}=`,
      `${token}\n`,
      `${token}.`,
      general,
      `${token}.${token}`,
    ]) {
      expect(await verifier()(it)).toMatchObject({ reason: "malformed" });
    }
    expect(await verifier()("A".repeat(20_000_000))).toMatchObject({ reason: "malformed" });
    expect(await verifier()(7 as never)).toMatchObject({ reason: "malformed" });
  });

  test("any text is refused, and nothing throws", async () => {
    const verify = verifier();
    const part = fc.oneof(
      fc.json().map(segment),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
    );
    const header = fc
      .record({
        alg: fc.constantFrom("EdDSA", "ES256"),
        kid: fc.constantFrom(KEY.kid, "x"),
        typ: fc.constant("at+jwt"),
      })
      .map(segment);
    const shaped = fc.tuple(fc.oneof(part, header), part, part).map((all) => all.join("."));
    await fc.assert(
      fc.asyncProperty(fc.oneof(shaped, fc.string({ unit: "binary" })), async (text) => {
        expect((await verify(text)).ok).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });
});

test("a session's token of the same key is no access token", async () => {
  const session = await testCodec(KEY, { issuer: ISSUER, audience: AUDIENCE }).encode(SESSION);
  expect(await verifier()(session)).toMatchObject({ ok: false, reason: "malformed" });
});

test("a key that comes in is known before it signs, and one that goes after", async () => {
  const [a, b] = [generateJwk("EdDSA"), generateJwk("ES256")];
  const steps = [{ current: a }, { current: a, next: b }, { current: b, older: a }, { current: b }];
  for (const [at, keys] of steps.entries()) {
    const { token } = await issue(keys);
    for (const near of [at - 1, at, at + 1]) {
      const known = steps[near];
      if (!known) continue;
      expect(await verifier({ jwks: jwks(known) })(token)).toMatchObject({ ok: true });
    }
  }
});

test.each<[string, object]>([
  ["issuer must be a text", { issuer: "" }],
  ["issuer must be a text", { issuer: "\ud800" }],
  ["audience must be a text", { audience: [AUDIENCE] }],
  ["algorithms must be a list", { algorithms: [] }],
  ["algorithms must be a list", { algorithms: "EdDSA" }],
  ["algorithms must be of EdDSA", { algorithms: ["HS256"] }],
  ["algorithms must be of EdDSA", { algorithms: ["EdDSA", "none"] }],
  ["clockTolerance must be seconds", { clockTolerance: "61s" }],
  ["clockTolerance must be seconds", { clockTolerance: 5 }],
  ["clockTolerance must be seconds", { clockTolerance: "1m" }],
  ["clock must be a function", { clock: START }],
  ["requireClientId must be true or false", { requireClientId: "yes" }],
  ["key is not an option", { key: KEY }],
])("%s", (message, change) => {
  expect(() => verifier(change)).toThrow(TypeError);
  expect(() => verifier(change)).toThrow(message);
});

test("the token of an Authorization header", () => {
  for (const header of ["Bearer abc.def", "bearer   abc.def", " BEARER abc.def "]) {
    expect(bearerToken(header)).toBe("abc.def");
  }
  for (const none of [undefined, null, "", "Basic abc", "Bearerx abc", "DPoP abc", "Bearer\tabc"]) {
    expect(bearerToken(none)).toBeUndefined();
  }
});

test("a header that brings something else is malformed, and not missing", async () => {
  const token = await good;
  const judged = async (header: string) => {
    const result = await verifier()(bearerToken(header));
    return result.ok || result.reason;
  };
  expect(await judged(`Bearer ${token}`)).toBe(true);
  for (const text of [
    "a b",
    "a,b",
    `${token} ${token}`,
    `${token}, Bearer ${token}`,
    'token="x"',
  ]) {
    expect(await judged(`Bearer ${text}`)).toBe("malformed");
  }
  for (const header of ["Bearer", "Bearer ", "Basic abc"]) {
    expect(await judged(header)).toBe("missing");
  }
});

test("RFC 9068 section 2.2: client_id can be demanded", async () => {
  const verify = verifier({ requireClientId: true });
  expect(await verify(await good)).toMatchObject({ ok: true, token: { clientId: "web" } });
  const names = { keys: KEY, issuer: ISSUER, audience: AUDIENCE, clock: () => START };
  const { token } = await accessTokens(names).issue({ userId: "ada" });
  expect(await verify(token)).toMatchObject({ ok: false, reason: "malformed" });
  expect(await verifier()(token)).toMatchObject({ ok: true });
});

test("G15 no result shows the token", async () => {
  const token = await good;
  const shown = inspect([await verifier()(token), await verifier()(`${token}A`)], { depth: 9 });
  for (const part of token.split(".")) expect(shown).not.toContain(part);
});

test("it loads jose and nothing of sessions", async () => {
  const { metafile } = await build({
    ...{ entryPoints: [`${import.meta.dirname}/../verify.ts`], write: false, metafile: true },
    ...{ bundle: true, format: "esm", platform: "node", packages: "external", logLevel: "silent" },
  });
  const files = Object.keys(metafile.inputs).map((it) => it.replace(/^.*packages\/jwt\/src\//, ""));
  expect(files.filter((it) => !/^(access\/|token\/form\.ts|verify\.ts)/.test(it))).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((it) => it.imports);
  expect(new Set(imports.filter((it) => it.external).map(({ path }) => path))).toEqual(
    new Set(["jose", "node:crypto"]),
  );
});
