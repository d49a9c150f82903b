import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JwtAlgorithm } from "../keys/algorithm.ts";
import { generateJwk } from "../keys/generate.ts";
import { ALL, AUDIENCE, HOUR, ISSUER, KEYS, SESSION, START, testCodec } from "../testing/codec.ts";
import type { TokenCodec } from "../token-storage.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** How many there are, all of them absent. */
async function absent(codec: TokenCodec, tokens: readonly string[]): Promise<number> {
  for (let from = 0; from < tokens.length; from += 500) {
    const batch = tokens.slice(from, from + 500);
    const decoded = await Promise.all(batch.map((token) => codec.decode(token)));
    const opened = decoded.findIndex(({ ok }) => ok);
    if (opened !== -1) throw new Error(`opened forgery ${from + opened}: ${batch[opened]}`);
  }
  return tokens.length;
}

describe.each(ALL)("G12 forgeries under %s are absent", (alg) => {
  const it = testCodec({ current: KEYS[alg], next: generateJwk(alg), older: generateJwk(alg) });
  const good = it.encode(SESSION);

  test("G12 every single bit flipped, in every segment", async () => {
    const token = await good;
    const segments = token.split(".");
    const forged = segments.flatMap((segment, at) => {
      const bytes = Buffer.from(segment, "base64url");
      return Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        return segments.with(at, flipped.toString("base64url")).join(".");
      });
    });
    expect(await absent(it, forged)).toBeGreaterThan(3_400);
    expect(await it.decode(token)).toMatchObject({ ok: true });
  });

  test("G12 every bit of every character flipped, and characters from outside the alphabet", async () => {
    const token = await good;
    const forged = [...token].flatMap((was, at) => {
      const flips = Array.from({ length: 8 }, (_, bit) =>
        String.fromCharCode(was.charCodeAt(0) ^ (1 << bit)),
      );
      const others = [...flips, ..."+/= \n\0\u00e9"].filter((to) => to !== was);
      return others.map((to) => token.slice(0, at) + to + token.slice(at + 1));
    });
    expect(await absent(it, forged)).toBeGreaterThan(8_000);
  });

  test("G12 every truncation at both ends, every character left out, doubled or put in", async () => {
    const token = await good;
    const forged = Array.from({ length: token.length }, (_, at) => [
      token.slice(0, at),
      token.slice(at + 1),
      token.slice(0, at) + token.slice(at + 1),
      ...[..."Aw-.= "].map((more) => token.slice(0, at) + more + token.slice(at)),
    ]).flat();
    const longer = [...ALPHABET, "==", "=", " ", ".", ".AAAA", "\0", token, `.${token}`];
    const all = [...forged, ...longer.map((more) => token + more)].filter((it) => it !== token);
    expect(await absent(it, all)).toBeGreaterThan(4_500);
  });

  test("G12 every other spelling of the same bytes, of tokens of many lengths", async () => {
    let count = 0;
    for (let size = 0; size < 40; size++) {
      const token = await it.encode({ ...SESSION, userId: "u".repeat(size + 1) });
      const segments = token.split(".");
      const respelled = segments.flatMap((segment, at) => {
        const bytes = Buffer.from(segment, "base64url");
        const spare = [0, 0, 4, 2][segment.length % 4] as number;
        const last = ALPHABET.indexOf(segment.slice(-1));
        const middle = segment.length >> 1;
        return [
          bytes.toString("base64"),
          `${segment}=`,
          `${segment}==`,
          `${segment.slice(0, middle)}\r\n${segment.slice(middle)}`,
          `${segment.slice(0, middle)} ${segment.slice(middle)}`,
          ` ${segment}`,
          `${segment}\t`,
          `${segment}\0`,
          encodeURIComponent(`${segment}=`),
          segment.replaceAll("-", "+").replaceAll("_", "/"),
          ...Array.from(
            { length: 2 ** spare - 1 },
            (_, i) => segment.slice(0, -1) + ALPHABET[last + i + 1],
          ),
        ].map((spelling) => segments.with(at, spelling).join("."));
      });
      const json = JSON.stringify({
        protected: segments[0],
        payload: segments[1],
        signature: segments[2],
      });
      const all = [...respelled, json, `"${token}"`, `Bearer ${token}`].filter(
        (it) => it !== token,
      );
      for (const spelling of all) expect(it.isWellFormed(spelling)).toBe(false);
      count += await absent(it, all);
    }
    expect(count).toBeGreaterThan(1_200);
  });

  test("G12 segments of two genuine tokens, exchanged", async () => {
    const others = [
      await it.encode(SESSION),
      await it.encode({ ...SESSION, userId: "eve" }),
      await it.encode({ ...SESSION, expiresAt: START + 2 * HOUR }),
      await testCodec(KEYS[alg], { cookieName: "other" }).encode(SESSION),
    ];
    const mine = (await good).split(".");
    const forged = others.flatMap((other) => {
      const theirs = other.split(".");
      return Array.from({ length: 2 ** mine.length - 2 }, (_, choice) =>
        mine.map((segment, at) => ((choice + 1) & (1 << at) ? theirs[at] : segment)).join("."),
      );
    });
    // The header is the same of both: with it exchanged alone, or all but it, a token is one of the two.
    const genuine = new Set([mine.join("."), ...others]);
    const mixed = forged.filter((token) => !genuine.has(token));
    expect(await absent(it, mixed)).toBeGreaterThanOrEqual(16);
  });

  test("what is longer than may be sent is refused, made by our own key or not", async () => {
    const long = await testCodec(KEYS[alg], { maxLength: 100_000 }).encode({
      ...SESSION,
      data: JSON.stringify({ text: "x".repeat(5_000) }),
    });
    const wide = testCodec(KEYS[alg], { maxLength: long.length });
    expect(await wide.decode(long)).toMatchObject({ ok: true });
    const narrow = testCodec(KEYS[alg], { maxLength: long.length - 1 });
    expect(narrow.isWellFormed(long)).toBe(false);
    expect(await narrow.decode(long)).toEqual({ ok: false, reason: "malformed" });
    const huge = `${"A".repeat(20_000_000)}.AAAA.AAAA`;
    expect(await it.decode(huge)).toEqual({ ok: false, reason: "malformed" });
  });

  test("any text at all is absent, and nothing throws", async () => {
    const token = await good;
    const parts = token.split(".");
    const part = fc.oneof(
      fc.constantFrom(...parts),
      fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
      fc.json().map((json) => Buffer.from(json).toString("base64url")),
    );
    const shaped = fc
      .array(part, { minLength: parts.length, maxLength: parts.length })
      .map((all) => all.join("."));
    const any = fc.oneof(
      { weight: 3, arbitrary: shaped },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
    );
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        fc.pre(text !== token);
        expect((await it.decode(text)).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

test("G12 swaps between keys, cookies, issuers and audiences", async () => {
  const places = ALL.flatMap((alg) =>
    [KEYS[alg], generateJwk(alg)].flatMap((keys) =>
      ["__Host-id", "__Host-admin", "id", ""].flatMap((cookieName) => [
        testCodec(keys, { cookieName }),
        testCodec(keys, { cookieName, issuer: AUDIENCE, audience: ISSUER }),
        testCodec(keys, { cookieName, audience: `${AUDIENCE}/` }),
      ]),
    ),
  );
  let swaps = 0;
  for (const from of places) {
    const token = await from.encode(SESSION);
    const decoded = await Promise.all(places.map((to) => to.decode(token)));
    decoded.forEach((it, at) => {
      if (it.ok !== (places[at] === from))
        throw new Error(`opened a token of another place: ${token}`);
      swaps++;
    });
  }
  expect(swaps).toBe(120 * 120);
});

test("G12 names that run into each other do not", async () => {
  for (const alg of ["HS256", "A256KW", "EdDSA"] satisfies JwtAlgorithm[]) {
    const [ab, a] = [
      testCodec(KEYS[alg], { issuer: "ab", audience: "c" }),
      testCodec(KEYS[alg], { issuer: "a", audience: "bc" }),
    ];
    expect(await a.decode(await ab.encode(SESSION))).toMatchObject({ reason: "tampered" });
  }
});

test("an unknown key costs what a forgery costs, not what a malformed text costs", async () => {
  const it = testCodec(KEYS.ES256);
  const token = await it.encode(SESSION);
  const forged = `${token.slice(0, token.lastIndexOf("."))}.${"A".repeat(86)}`;
  const strange = await testCodec(generateJwk("ES256")).encode(SESSION);
  const median = async (text: string) => {
    const times: number[] = [];
    for (let i = 0; i < 300; i++) {
      const start = performance.now();
      await it.decode(text);
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[150] as number;
  };
  for (const text of [token, forged, strange]) await median(text);
  const [of, ours] = [await median(strange), await median(token)];
  // A clock on a busy machine: the decoy's signature is checked or it is not, which is ten times and more.
  expect(of).toBeGreaterThan(ours / 3);
  expect(of).toBeLessThan(ours * 3);
});
