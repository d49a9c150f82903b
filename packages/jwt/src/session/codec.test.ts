import { CookieDeliveryError } from "@coatcheck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import {
  ALL,
  AUDIENCE,
  HOUR,
  ISSUER,
  KEYS,
  SESSION,
  SIGNED,
  START,
  testCodec,
} from "../testing/codec.ts";
import { claimsOf, forge, headerOf } from "../testing/forge.ts";
import type { CarriedSession } from "../token-storage.ts";

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 30 });
const time = fc.integer({ min: 0, max: 2 ** 48 });
const carried: fc.Arbitrary<CarriedSession> = fc.record(
  {
    id: fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => Buffer.from(bytes).toString("base64url") as CarriedSession["id"]),
    epoch: fc.nat(),
    since: time,
    userId: fc.option(text),
    createdAt: time,
    authenticatedAt: fc.option(time),
    lastSeenAt: time,
    expiresAt: fc.integer({ min: START + 1, max: 2 ** 48 }),
    endsAt: time,
    remember: fc.constant(true as const),
    registered: fc.constant(true as const),
    flash: fc.dictionary(text, fc.jsonValue()),
    data: fc.dictionary(text, fc.jsonValue()).map((data) => JSON.stringify(data)),
  },
  {
    requiredKeys: [
      ...(["id", "epoch", "since", "userId", "createdAt", "authenticatedAt"] as const),
      ...(["lastSeenAt", "expiresAt", "endsAt", "data"] as const),
    ],
  },
);

describe.each(ALL)("%s", (alg) => {
  test("every session comes back as it was, to the millisecond", async () => {
    const it = testCodec(KEYS[alg], { maxLength: 100_000 });
    await fc.assert(
      fc.asyncProperty(carried, async (session) => {
        const token = await it.encode(session);
        expect(it.isWellFormed(token)).toBe(true);
        // As JSON has it, which knows no -0.
        const wanted = JSON.parse(JSON.stringify(session));
        expect(await it.decode(token)).toEqual({ ok: true, session: wanted });
      }),
      { numRuns: 300 },
    );
  });

  test("no two tokens of one session are alike", async () => {
    const it = testCodec(KEYS[alg]);
    expect(await it.encode(SESSION)).not.toBe(await it.encode(SESSION));
  });

  test("it is good until the millisecond in which it ends, and not in that one", async () => {
    let now = START;
    const it = testCodec(KEYS[alg], { clock: () => now });
    const token = await it.encode(SESSION);
    now = SESSION.expiresAt - 1;
    expect(await it.decode(token)).toMatchObject({ ok: true });
    now = SESSION.expiresAt;
    const expired = { ok: false, reason: "expired", keyId: KEYS[alg].kid };
    expect(await it.decode(token)).toEqual(expired);
  });

  test("of another machine's future it is good, for a minute of difference", async () => {
    let now = START;
    const it = testCodec(KEYS[alg], { clock: () => now });
    const token = await it.encode(SESSION);
    const second = Math.floor(START / 1000) * 1000;
    now = second - 60_000;
    expect(await it.decode(token)).toMatchObject({ ok: true });
    now--;
    const early = { ok: false, reason: "early", keyId: KEYS[alg].kid };
    expect(await it.decode(token)).toEqual(early);
  });

  test("a clock with fractions, or none, makes no token: it would never open", async () => {
    const it = testCodec(KEYS[alg]);
    const times = [
      ...(["since", "createdAt", "authenticatedAt", "lastSeenAt"] as const),
      ...(["expiresAt", "endsAt", "epoch"] as const),
    ];
    for (const time of times) {
      for (const value of [START + 0.25, Number.NaN, -1, 2 ** 53, "1"]) {
        const failed = (async () => it.encode({ ...SESSION, [time]: value }))();
        await expect(failed).rejects.toThrow(RangeError);
        await expect(failed).rejects.toThrow("whole milliseconds");
      }
    }
    const broken = testCodec(KEYS[alg], { clock: () => Number.NaN });
    await expect((async () => broken.encode(SESSION))()).rejects.toThrow(RangeError);
  });

  test("a rolling deploy of a new key loses no token at any step, either way", async () => {
    const [a, b] = [KEYS[alg], generateJwk(alg)];
    const steps = [{ current: a }, { current: a, next: b }, { current: b, older: a }];
    for (const [from, to] of [
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
    ] as const) {
      const token = await testCodec(steps[from] as never).encode(SESSION);
      const decoded = await testCodec(steps[to] as never).decode(token);
      expect(decoded).toMatchObject({ ok: true, session: SESSION });
      // Only what is on its way out is made anew.
      const olderKey = from === 1 && to === 2 ? a.kid : undefined;
      expect("olderKey" in decoded ? decoded.olderKey : undefined).toBe(olderKey);
    }
    const dropped = testCodec({ current: b });
    const decoded = await dropped.decode(await testCodec(a).encode(SESSION));
    expect(decoded).toEqual({ ok: false, reason: "unknown-key" });
  });

  test("G14 a token that would be too long is not made, and the error has the numbers", async () => {
    const long = { ...SESSION, data: JSON.stringify({ text: "é".repeat(2_000) }) };
    const failed = testCodec(KEYS[alg]).encode(long);
    await expect(failed).rejects.toThrow(CookieDeliveryError);
    await expect(failed).rejects.toThrow(/__Host-id has \d{4} characters of 4\d\d\d bytes.* 4000 /);
    const { length } = await testCodec(KEYS[alg]).encode(SESSION);
    const fits = testCodec(KEYS[alg], { maxLength: length });
    expect(await fits.decode(await fits.encode(SESSION))).toMatchObject({ ok: true });
    const tight = testCodec(KEYS[alg], { maxLength: length - 1 });
    await expect(tight.encode(SESSION)).rejects.toThrow(`has ${length} characters`);
  });
});

describe.each(SIGNED)("signed by %s", (alg) => {
  test("header and claims are what other services expect", async () => {
    const token = await testCodec(KEYS[alg]).encode(SESSION);
    expect(headerOf(token)).toEqual({ alg, kid: KEYS[alg].kid, typ: "coatcheck-session+jwt" });
    expect(claimsOf(token)).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "ada",
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: 2_000_000_000,
      nbf: 2_000_000_000,
      exp: 2_000_003_600,
      auth_time: 1_999_999_994,
      sid: SESSION.id,
      cookie: "__Host-id",
      epoch: 2,
      times: [
        START - 7_001,
        START - 5_432,
        START - 17,
        START + HOUR,
        START + 12 * HOUR,
        START - 4_321,
      ],
      data: { cart: ["apple"], admin: false },
    });
  });

  test("a token made by hand, as the format says, opens: the attacks start from a good one", async () => {
    const token = await testCodec(KEYS[alg]).encode(SESSION);
    const made = forge(KEYS[alg], headerOf(token), claimsOf(token));
    expect(await testCodec(KEYS[alg]).decode(made)).toEqual({ ok: true, session: SESSION });
  });
});

test("an encrypted token shows nothing of its session", async () => {
  const token = await testCodec(KEYS.A256KW).encode(SESSION);
  const seen = token.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
  const { alg, kid } = KEYS.A256KW;
  expect(JSON.parse(seen[0] ?? "")).toEqual({
    alg,
    enc: "A256GCM",
    kid,
    typ: "coatcheck-session+jwt",
  });
  for (const told of ["ada", "apple", "sid", ISSUER]) expect(seen.join()).not.toContain(told);
});

test("keys of several signing algorithms live side by side, each for its own", async () => {
  const keys = { current: KEYS.EdDSA, next: KEYS.ES256, older: KEYS.HS256, allowMixed: true };
  for (const alg of ["EdDSA", "ES256", "HS256"] as const) {
    const decoded = await testCodec(keys).decode(await testCodec(KEYS[alg]).encode(SESSION));
    expect(decoded).toMatchObject({ ok: true, session: SESSION });
  }
});
