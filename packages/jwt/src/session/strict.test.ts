import { createCipheriv, createHmac, createPublicKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { accessTokens } from "../access/issuer.ts";
import type { JwtAlgorithm } from "../keys/algorithm.ts";
import { generateJwk } from "../keys/generate.ts";
import type { PrivateJwk } from "../keys/jwk.ts";
import { AUDIENCE, KEYS, SESSION, SIGNED, START, testCodec } from "../testing/codec.ts";
import { claimsOf, forge, headerOf, segment, sessionSecret, signInput } from "../testing/forge.ts";

type Loose = Record<string, unknown>;

/** All of these are signed by the very key, so that nothing but the check in question refuses them. */
describe.each(SIGNED)("RFC 8725, with the key of %s in the wrong hands", (alg) => {
  const key = KEYS[alg];
  const it = testCodec(key);
  // With every claim there is, so that a changed one stands where it should.
  const whole = { ...SESSION, remember: true, registered: true, flash: { note: "hi" } } as const;
  const good = it.encode(whole);
  const withHeader = async (change: Loose | string) => {
    const token = await good;
    const header = typeof change === "string" ? change : { ...headerOf(token), ...change };
    return it.decode(forge(key, header, claimsOf(token)));
  };
  const withClaims = async (change: Loose | ((text: string) => string | Uint8Array)) => {
    const token = await good;
    const claims = claimsOf(token);
    const changed =
      typeof change === "function" ? change(JSON.stringify(claims)) : { ...claims, ...change };
    return it.decode(forge(key, headerOf(token), changed));
  };
  const tampered = { ok: false, reason: "tampered", keyId: key.kid };
  const malformed = { ok: false, reason: "malformed", keyId: key.kid };

  test.each([
    "none",
    "None",
    "nOnE",
    "NONE",
    "",
    "hs256",
    "es256",
    "eddsa",
    "RS256",
    "HS512",
    "dir",
  ])("3.1 alg %j is not this key's", async (other) => {
    expect(await withHeader({ alg: other })).toEqual(tampered);
  });

  test.each([undefined, null, 1, ["EdDSA"], { alg }])("3.1 alg %j is none", async (other) => {
    expect(await withHeader({ alg: other })).toEqual(tampered);
  });

  test("3.1 none, with no signature or an empty one, has not the form of a token", async () => {
    const token = await good;
    const unsigned = `${segment({ ...headerOf(token), alg: "none" })}.${segment(claimsOf(token))}`;
    for (const forged of [unsigned, `${unsigned}.`, `${unsigned}..`]) {
      expect(it.isWellFormed(forged)).toBe(false);
      expect(await it.decode(forged)).toEqual({ ok: false, reason: "malformed" });
    }
    expect(await it.decode(`${unsigned}.AAAA`)).toEqual(tampered);
  });

  test.each([
    ["JWT"],
    ["jwt"],
    ["at+jwt"],
    ["application/coatcheck-session+jwt"],
    ["Coatcheck-Session+jwt"],
    [""],
    [undefined],
    [null],
  ])("3.11 typ %j is not a session's", async (typ) => {
    expect(await withHeader({ typ })).toEqual(tampered);
  });

  test.each<[string, Loose]>([
    ["crit", { crit: ["exp"] }],
    ["crit of what is understood", { crit: ["b64"], b64: true }],
    ["an empty crit", { crit: [] }],
    ["b64", { b64: false }],
    ["jwk", { jwk: generateJwk("EdDSA") }],
    ["jku", { jku: "https://evil.example/jwks.json" }],
    ["x5u", { x5u: "https://evil.example/x5u" }],
    ["x5c", { x5c: ["AAAA"] }],
    ["x5t", { x5t: "AAAA" }],
    ["cty", { cty: "JWT" }],
    ["zip", { zip: "DEF" }],
    ["anything else", { more: 1 }],
    ["__proto__", JSON.parse('{"__proto__":{"alg":"none"}}')],
  ])("3.10 a header with %s", async (_, more) => {
    const token = await good;
    const header = `${JSON.stringify(headerOf(token)).slice(0, -1)},${JSON.stringify(more).slice(1)}`;
    expect(await withHeader(header)).toEqual(tampered);
  });

  test("a header that says the same in other words", async () => {
    const { alg, kid, typ } = headerOf(await good);
    const spellings = [
      `{"alg":"none","alg":"${alg}","kid":"${kid}","typ":"${typ}"}`,
      `{"alg":"${alg}","kid":"stranger","kid":"${kid}","typ":"${typ}"}`,
      `{"alg":"${alg}","kid":"${kid}","typ":"JWT","typ":"${typ}"}`,
      `{"kid":"${kid}","alg":"${alg}","typ":"${typ}"}`,
      `{"alg":"${alg}", "kid":"${kid}","typ":"${typ}"}`,
      `{"\\u0061lg":"${alg}","kid":"${kid}","typ":"${typ}"}`,
    ];
    for (const header of spellings) expect(await withHeader(header)).toEqual(tampered);
  });

  test.each(["../../etc/passwd", "' OR 1=1 --", "__proto__", "constructor", "", "AAAA"])(
    "3.10 kid %j is only looked up",
    async (kid) => {
      expect(await withHeader({ kid })).toEqual({ ok: false, reason: "unknown-key" });
    },
  );

  test.each([undefined, null, 7, {}, [key.kid]])("kid %j is none", async (kid) => {
    expect(await withHeader({ kid })).toEqual({ ok: false, reason: "malformed" });
  });

  test.each(["", "null", "[]", '"text"', "7", "{", "\uFEFF{}", "{}{}"])(
    "a header of %j",
    async (header) => {
      const claims = claimsOf(await good);
      expect(await it.decode(forge(key, header, claims))).toEqual({
        ok: false,
        reason: "malformed",
      });
    },
  );

  test.each<[string, unknown[]]>([
    ["iss", [undefined, null, "", "https://shop.example.com/", "https://evil.example", 7, {}]],
    ["aud", [undefined, null, "", [AUDIENCE], ["x", AUDIENCE], AUDIENCE.slice(0, -1), "*"]],
    ["cookie", [undefined, null, "", "__Host-ID", "id", ["__Host-id"]]],
  ])("3.8, 3.9 a token of another %s", async (claim, values) => {
    for (const value of values) expect(await withClaims({ [claim]: value })).toEqual(tampered);
  });

  const time = Math.floor(START / 1000);
  test.each<[string, unknown[]]>([
    ["exp", [undefined, null, "2000003600", 2_000_003_601, 2_000_003_599, 2_000_003_600.5, -1]],
    ["exp", [2 ** 53, Number.MAX_VALUE, true, [], {}]],
    ["nbf", [undefined, null, `${time}`, time + 1, time - 1, time + 0.5]],
    ["iat", [undefined, null, `${time}`, time - 1, 1.5, -1, 2 ** 53]],
    ["jti", [undefined, null, "", 7, {}]],
    ["sub", [null, "", 7, {}, ["ada"]]],
    ["sid", [undefined, null, "", "AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0OD", 7]],
    ["auth_time", [undefined, null, 0, 1_999_999_995]],
    ["epoch", [undefined, null, -1, 1.5, "2"]],
    ["times", [undefined, null, [], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7], {}]],
    [
      "times",
      [
        ["1", 2, 3, 4, 5],
        [1, 2, 3, 4, null],
        [1, 2, -3, 4, 5],
        [1, 2.5, 3, 4, 5],
      ],
    ],
    ["remember", [false, null, 1, "true"]],
    ["registered", [false, null, 1, "true"]],
    ["flash", [null, [], "text", 7]],
    ["data", [undefined, null, [], "{}", 7]],
  ])("a token whose %s is wrong", async (claim, values) => {
    for (const value of values) expect(await withClaims({ [claim]: value })).toEqual(malformed);
  });

  test("a time that another one contradicts", async () => {
    const { times } = claimsOf(await good) as { times: number[] };
    const later = times.map((it, at) => (at === 3 ? it + 1_000 : it));
    expect(await withClaims({ times: later })).toEqual(malformed);
  });

  test("one time more, or one less", async () => {
    const { times } = claimsOf(await good) as { times: number[] };
    for (const other of [[...times, START], times.slice(0, -1)]) {
      expect(await withClaims({ times: other })).toEqual(malformed);
    }
  });

  test("a time that is none, with all else as it would be then", async () => {
    const { times } = claimsOf(await good) as { times: number[] };
    for (const at of times.keys()) {
      for (const wrong of [1.5, -1, "5", true, 2 ** 53, {}]) {
        const seconds = Math.floor((wrong as number) / 1000);
        const told = at === 1 ? { auth_time: seconds } : at === 3 ? { exp: seconds } : {};
        expect(await withClaims({ times: times.with(at, wrong as number), ...told })).toEqual(
          malformed,
        );
      }
    }
  });

  test("an issue date that is none, and a beginning that says the same", async () => {
    for (const wrong of [1.5, -1, "5", true, null, 2 ** 53, {}]) {
      expect(await withClaims({ iat: wrong, nbf: wrong })).toEqual(malformed);
    }
  });

  test("members that are named twice, added, or in another order", async () => {
    for (const change of [
      (text: string) => text.replace('"sub":"ada"', '"sub":"eve","sub":"ada"'),
      (text: string) => text.replace('"sub":"ada"', '"sub":"ada","\\u0073ub":"ada"'),
      (text: string) => text.replace('"admin":false', '"admin":false,"admin":true'),
      (text: string) => text.replace("{", '{"iss":"https://evil.example",'),
      (text: string) => text.replace("{", '{"scope":"all",'),
      (text: string) =>
        text.replace(/,"data".*/, `${text.match(/,"data".*/)?.[0].slice(0, -1)},"x":1}`),
      (text: string) => text.replace(",", ", "),
      (text: string) => `${text} `,
      (text: string) => ` ${text}`,
      (text: string) => text.replace('"ada"', '"\\u0061da"'),
      (text: string) => text.replace('"epoch":2', '"epoch":2.0'),
      (text: string) => text.replace('"epoch":2', '"epoch":20e-1'),
    ]) {
      expect(await withClaims(change)).toEqual(malformed);
    }
  });

  test("3.7 claims that are no UTF-8, or no JSON object", async () => {
    for (const change of [
      (text: string) => Buffer.from(text, "utf16le"),
      (text: string) => Buffer.from(`\uFEFF${text}`),
      (text: string) => Buffer.from(text.replace("ada", "\xff\xfe\xfd"), "latin1"),
      // What a lenient decoder would make of it, and the real thing.
      (text: string) => Buffer.from(text.replace('"ada"', '"\xc1\xa1da"'), "latin1"),
      () => "null",
      () => "[]",
      () => '"text"',
      () => "7",
      () => "{",
      () => "{}{}",
    ]) {
      const decoded = await withClaims(change);
      expect(decoded).toEqual(malformed);
    }
  });

  test("a token of an equal session, made anew by the very key, opens still", async () => {
    expect(await withClaims({})).toEqual({ ok: true, session: whole });
    expect(await withHeader({})).toEqual({ ok: true, session: whole });
  });
});

describe("RFC 8725 section 2.1: keys of one kind as keys of another", () => {
  test("the public key as the secret of HS256, in every form that it is written in", async () => {
    for (const alg of ["EdDSA", "ES256"] as const) {
      const jwk = KEYS[alg];
      const publicKey = createPublicKey({ format: "jwk", key: jwk as never });
      const secrets = [
        publicKey.export({ format: "pem", type: "spki" }),
        publicKey.export({ format: "der", type: "spki" }),
        Buffer.from(jwk.x as string, "base64url"),
        jwk.x as string,
        JSON.stringify(publicKey.export({ format: "jwk" })),
      ];
      // Beside a key for HS256, so that the algorithm as such is known.
      const it = testCodec({ current: jwk, older: KEYS.HS256, allowMixed: true });
      const token = await testCodec(jwk).encode(SESSION);
      for (const secret of secrets) {
        for (const header of [{ ...headerOf(token), alg: "HS256" }, headerOf(token)]) {
          const input = `${segment(header)}.${segment(claimsOf(token))}`;
          const mac = createHmac("sha256", secret).update(input).digest("base64url");
          const decoded = await it.decode(`${input}.${mac}`);
          expect(decoded).toEqual({ ok: false, reason: "tampered", keyId: jwk.kid });
        }
      }
    }
  });

  test("3.4 a key of another curve behind our kid", async () => {
    const token = await testCodec(KEYS.ES256).encode(SESSION);
    const forged = forge(generateJwk("ES256"), headerOf(token), claimsOf(token));
    const decoded = await testCodec(KEYS.ES256).decode(forged);
    expect(decoded).toMatchObject({ reason: "tampered" });
  });

  test("the secret itself, not what is derived from it for sessions of this cookie", async () => {
    const token = await testCodec(KEYS.HS256).encode(SESSION);
    const input = token.slice(0, token.lastIndexOf("."));
    for (const secret of [
      Buffer.from(KEYS.HS256.k as string, "base64url"),
      KEYS.HS256.k as string,
      sessionSecret(KEYS.HS256, "other"),
      sessionSecret({ ...KEYS.HS256, alg: "A256KW" }, "__Host-id"),
    ]) {
      const mac = createHmac("sha256", secret).update(input).digest("base64url");
      const decoded = await testCodec(KEYS.HS256).decode(`${input}.${mac}`);
      expect(decoded).toMatchObject({ ok: false, reason: "tampered" });
    }
  });

  test("3.3 a signed token where encrypted ones are expected, and the other way round", async () => {
    const all = ["EdDSA", "HS256", "A256KW"] as const;
    for (const from of all) {
      const token = await testCodec(KEYS[from]).encode(SESSION);
      for (const to of all.filter((it) => it !== from)) {
        const mixed = from === "A256KW" || to === "A256KW";
        const it = testCodec(KEYS[to]);
        expect(it.isWellFormed(token)).toBe(!mixed);
        const reason = mixed ? "malformed" : "unknown-key";
        expect(await it.decode(token)).toEqual({ ok: false, reason });
      }
    }
  });
});

describe("encrypted, with the key in the wrong hands", () => {
  const key = KEYS.A256KW;
  const it = testCodec(key);
  const typ = "coatcheck-session+jwt";
  const header = { alg: "A256KW", enc: "A256GCM", kid: key.kid, typ };
  const claims = (async () => claimsOf(await testCodec(KEYS.EdDSA).encode(SESSION)))();

  /** RFC 7516 by hand. */
  const encrypt = (head: unknown, text: string, secret = sessionSecret(key, "__Host-id")) => {
    const [cek, iv] = [randomBytes(32), randomBytes(12)];
    const wrap = createCipheriv("id-aes256-wrap" as string, secret, Buffer.alloc(8, 0xa6));
    const wrapped = Buffer.concat([wrap.update(cek), wrap.final()]);
    const gcm = createCipheriv("aes-256-gcm", cek, iv);
    gcm.setAAD(Buffer.from(segment(head)));
    const body = Buffer.concat([gcm.update(text), gcm.final()]);
    return [segment(head), ...[wrapped, iv, body, gcm.getAuthTag()].map(segment)].join(".");
  };

  test("a token made by hand, as the format says, opens: the attacks start from a good one", async () => {
    const token = encrypt(header, JSON.stringify(await claims));
    expect(await it.decode(token)).toEqual({ ok: true, session: SESSION });
  });

  test("other headers, sealed in as they should be", async () => {
    const text = JSON.stringify(await claims);
    for (const change of [
      { alg: "dir" },
      { alg: "A128KW" },
      { alg: "PBES2-HS256+A128KW", p2s: "AAAA", p2c: 2_000_000_000 },
      { alg: "RSA1_5" },
      { enc: "A128GCM" },
      { enc: "A256CBC-HS512" },
      { zip: "DEF" },
      { typ: "JWT" },
      { typ: undefined },
      { cty: "JWT" },
      { crit: ["exp"] },
      { jku: "https://evil.example" },
    ]) {
      const decoded = await it.decode(encrypt({ ...header, ...change }, text));
      expect(decoded).toEqual({ ok: false, reason: "tampered", keyId: key.kid });
    }
    const decoded = await it.decode(encrypt({ ...header, kid: "other" }, text));
    expect(decoded).toEqual({ ok: false, reason: "unknown-key" });
  });

  test("other claims", async () => {
    const good = await claims;
    const decode = (change: Loose) =>
      it.decode(encrypt(header, JSON.stringify({ ...good, ...change })));
    expect(await decode({ exp: undefined })).toMatchObject({ reason: "malformed" });
    expect(await decode({ aud: "other" })).toMatchObject({ reason: "tampered" });
    expect(await decode({ cookie: "other" })).toMatchObject({ reason: "tampered" });
    const doubled = JSON.stringify(good).replace('"sub":"ada"', '"sub":"eve","sub":"ada"');
    expect(await it.decode(encrypt(header, doubled))).toMatchObject({ reason: "malformed" });
  });

  test("the secret itself, or that of another cookie", async () => {
    const text = JSON.stringify(await claims);
    for (const secret of [
      Buffer.from(key.k as string, "base64url"),
      sessionSecret(key, "other"),
      sessionSecret({ ...key, alg: "HS256" }, "__Host-id"),
    ]) {
      const decoded = await it.decode(encrypt(header, text, secret));
      expect(decoded).toMatchObject({ ok: false, reason: "tampered" });
    }
  });
});

test("an ECDSA signature has one spelling: the other one, which needs no key, is refused", async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const it = testCodec(KEYS.ES256);
  for (let i = 0; i < 200; i++) {
    const token = await it.encode(SESSION);
    expect(await it.decode(token)).toMatchObject({ ok: true });
    const end = token.lastIndexOf(".") + 1;
    const bytes = Buffer.from(token.slice(end), "base64url");
    const s = order - BigInt(`0x${bytes.subarray(32).toString("hex")}`);
    bytes.write(s.toString(16).padStart(64, "0"), 32, "hex");
    const decoded = await it.decode(token.slice(0, end) + bytes.toString("base64url"));
    expect(decoded).toMatchObject({ ok: false, reason: "tampered" });
  }
});

test("an Ed25519 signature has one spelling: S plus the order is refused", async () => {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const token = await testCodec(KEYS.EdDSA).encode(SESSION);
  const end = token.lastIndexOf(".") + 1;
  const bytes = Buffer.from(token.slice(end), "base64url");
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`) + order;
  Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse().copy(bytes, 32);
  const decoded = await testCodec(KEYS.EdDSA).decode(
    token.slice(0, end) + bytes.toString("base64url"),
  );
  expect(decoded).toMatchObject({ ok: false, reason: "tampered" });
});

test("nothing that is refused names a key that is not ours", async () => {
  const stranger = generateJwk("EdDSA");
  const token = await testCodec(stranger).encode(SESSION);
  expect(await testCodec(KEYS.EdDSA).decode(token)).toEqual({ ok: false, reason: "unknown-key" });
  const claimed = signInput(
    stranger,
    (await testCodec(KEYS.EdDSA).encode(SESSION)).replace(/\.[^.]*$/, ""),
  );
  const decoded = await testCodec(KEYS.EdDSA).decode(claimed);
  expect(decoded).toEqual({ ok: false, reason: "tampered", keyId: KEYS.EdDSA.kid });
});

test("an access token of the same key is no session", async () => {
  for (const alg of ["EdDSA", "ES256"] satisfies JwtAlgorithm[]) {
    const key: PrivateJwk = KEYS[alg];
    const access = accessTokens({
      keys: key,
      issuer: "https://shop.example.com",
      audience: AUDIENCE,
    });
    const { token } = await access.issue({ userId: "ada", sessionId: SESSION.id });
    const decoded = await testCodec(key).decode(token);
    expect(decoded).toEqual({ ok: false, reason: "tampered", keyId: key.kid });
  }
});
