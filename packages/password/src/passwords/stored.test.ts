import * as nodeRsBcrypt from "@node-rs/bcrypt";
import bcryptjs from "bcryptjs";
import fc from "fast-check";
import { argon2d, argon2i, argon2id, bcrypt as wasmBcrypt, scrypt as wasmScrypt } from "hash-wasm";
import { describe, expect, test } from "vitest";
import { bcrypt } from "../schemes/bcrypt.ts";
import { scrypt } from "../schemes/scrypt.ts";
import { CHEAP, cheap, PASSWORD } from "../testing/passwords.ts";

const passwords = cheap({ accept: [bcrypt(nodeRsBcrypt), scrypt()] });

describe("known answers of other implementations", () => {
  test.each([
    [
      "argon2id, phc-winner-argon2",
      "password",
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ],
    [
      "argon2i, phc-winner-argon2",
      "password",
      "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    ],
    [
      "argon2i 1.0 without a version",
      "password",
      "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    ],
    [
      "bcrypt 2a, crypt_blowfish",
      "U*U",
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ],
    [
      "bcrypt 2b, crypt_blowfish",
      "U*U",
      "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ],
    [
      "bcrypt 2y, PHP",
      "rasmuslerdorf",
      "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq",
    ],
    [
      "scrypt, RFC 7914",
      "pleaseletmein",
      `$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$${Buffer.from("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887", "hex").toString("base64").replaceAll("=", "")}`,
    ],
    [
      "scrypt, passlib",
      "password",
      "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    ],
  ])("%s", async (_, password, stored) => {
    const { ok, upgraded } = await passwords.verify(password, stored);
    expect(ok).toBe(true);
    expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=64,/);
    expect(await passwords.verify(password, upgraded)).toEqual({ ok: true, upgraded: undefined });
    expect(await passwords.verify(`${password}x`, stored)).toEqual({ ok: false });
    expect(passwords.needsRehash(stored)).toBe(true);
  });

  test("hash-wasm's of every scheme, for any password", async () => {
    const salt = Buffer.alloc(16, 9);
    const argon2 = {
      salt,
      parallelism: 1,
      iterations: 1,
      memorySize: 64,
      hashLength: 32,
      outputType: "encoded",
    } as const;
    const makers: ((password: string) => Promise<string>)[] = [
      (password) => argon2id({ password, ...argon2 }),
      (password) => argon2i({ password, ...argon2 }),
      (password) => argon2d({ password, ...argon2 }),
      (password) => wasmBcrypt({ password, salt, costFactor: 4, outputType: "encoded" }),
      async (password) => {
        const hash = await wasmScrypt({
          password,
          salt,
          costFactor: 16,
          blockSize: 8,
          parallelism: 2,
          hashLength: 32,
          outputType: "binary",
        });
        const b64 = (it: Uint8Array) => Buffer.from(it).toString("base64").replaceAll("=", "");
        return `$scrypt$ln=4,r=8,p=2$${b64(salt)}$${b64(hash)}`;
      },
    ];
    const text = fc.string({ minLength: 1, maxLength: 30 }).map((it) => it.normalize("NFC"));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...makers), async (password, make) => {
        const stored = await make(password);
        expect((await passwords.verify(password, stored)).ok).toBe(true);
        expect((await passwords.verify(`${password}x`, stored)).ok).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe("bcrypt", () => {
  test.each<[string, { compare: (password: string, hash: string) => Promise<boolean> }]>([
    ["@node-rs/bcrypt", nodeRsBcrypt],
    ["bcryptjs", bcryptjs],
  ])("%s does it, and reads no further than 72 bytes and a NUL", async (_, library) => {
    const by = cheap({ accept: [bcrypt(library)] });
    const of = (password: string) => bcryptjs.hash(password, 4);
    expect((await by.verify("x".repeat(72), await of("x".repeat(72)))).ok).toBe(true);
    // bcrypt itself takes all of these for right.
    expect(await library.compare("x".repeat(73), await of("x".repeat(72)))).toBe(true);
    expect(await by.verify("x".repeat(73), await of("x".repeat(72)))).toEqual({ ok: false });
    expect(await by.verify("x".repeat(80), await of("x".repeat(80)))).toEqual({ ok: false });
    expect(await by.verify(`${"é".repeat(36)}x`, await of("é".repeat(36)))).toEqual({ ok: false });
    expect(await by.verify("a\0a", await of("a"))).toEqual({ ok: false });
  });

  test("the password is compared as it was typed, and normalised from then on", async () => {
    const typed = `cafe\u0301 ${PASSWORD}`;
    const { ok, upgraded } = await passwords.verify(typed, await bcryptjs.hash(typed, 4));
    expect(ok).toBe(true);
    expect((await passwords.verify(typed.normalize("NFC"), upgraded)).ok).toBe(true);
  });

  test("$2x$, which hashed other bytes, is not taken for bcrypt", async () => {
    const stored = (await bcryptjs.hash(PASSWORD, 4)).replace("$2b$", "$2x$");
    await expect(passwords.verify(PASSWORD, stored)).rejects.toMatchObject({
      code: "unsupported-hash",
    });
  });

  test("a scheme that is not accepted is not verified", async () => {
    for (const stored of [
      await bcryptjs.hash(PASSWORD, 4),
      "$scrypt$ln=4,r=8,p=2$U29kaXVtQ2hsb3JpZGU$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ]) {
      await expect(cheap().verify(PASSWORD, stored)).rejects.toMatchObject({
        code: "unsupported-hash",
      });
    }
  });
});

describe("what cannot be verified", () => {
  const good =
    "$argon2id$v=19$m=64,t=1,p=1$CQkJCQkJCQkJCQkJCQkJCQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  test("the row that the next ones are made of is a good one", async () => {
    expect(await passwords.verify("wrong", good)).toEqual({ ok: false });
  });
  test.each([
    ["empty", "", "unsupported-hash"],
    ["a password in plain text", PASSWORD, "unsupported-hash"],
    ["MD5", "5f4dcc3b5aa765d61d8327deb882cf99", "unsupported-hash"],
    ["cut off by a column of 60", good.slice(0, 60), "malformed-hash"],
    ["cut off by one", good.slice(0, -1), "malformed-hash"],
    ["cut off by four", good.slice(0, -4), "malformed-hash"],
    ["padded", `${good}=`, "malformed-hash"],
    ["a blank behind", `${good} `, "malformed-hash"],
    ["a newline behind", `${good}\n`, "malformed-hash"],
    ["not canonical", `${good.slice(0, -1)}d`, "malformed-hash"],
    ["base64url", good.replace("CTFh", "CT-h"), "malformed-hash"],
    ["a leading zero", good.replace("m=64", "m=064"), "malformed-hash"],
    ["no passes", good.replace("t=1", "t=0"), "malformed-hash"],
    ["no lanes", good.replace("p=1", "p=0"), "malformed-hash"],
    ["too little memory for its lanes", good.replace("p=1", "p=9"), "malformed-hash"],
    ["an unknown version", good.replace("v=19", "v=20"), "malformed-hash"],
    ["parameters in another order", good.replace("m=64,t=1", "t=1,m=64"), "malformed-hash"],
    ["associated data", good.replace("p=1", "p=1,data=AAAA"), "malformed-hash"],
    ["a tag of 4 bytes", `${good.split("$").slice(0, -1).join("$")}$AAAAAA`, "malformed-hash"],
    ["no salt", good.replace("CQkJCQkJCQkJCQkJCQkJCQ", ""), "malformed-hash"],
    ["4 TiB", good.replace("m=64", "m=4294967295"), "unsupported-hash"],
    ["a gigabyte", good.replace("m=64", "m=1048576"), "unsupported-hash"],
    ["a year of passes", good.replace("t=1", "t=4294967295"), "unsupported-hash"],
    ["a thousand lanes", good.replace("m=64,t=1,p=1", "m=8000,t=1,p=1000"), "unsupported-hash"],
    [
      "bcrypt cut off",
      "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW",
      "malformed-hash",
    ],
    [
      "bcrypt of a day",
      "$2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
      "unsupported-hash",
    ],
    [
      "scrypt of 8 TiB",
      "$scrypt$ln=33,r=8,p=1$U29kaXVt$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
      "unsupported-hash",
    ],
    [
      "scrypt of a gigabyte",
      "$scrypt$ln=20,r=8,p=1$U29kaXVt$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
      "unsupported-hash",
    ],
    [
      "scrypt with N too large for r",
      "$scrypt$ln=16,r=1,p=1$U29kaXVt$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
      "malformed-hash",
    ],
  ])("%s", async (_, stored, code) => {
    await expect(passwords.verify(PASSWORD, stored)).rejects.toMatchObject({
      name: "PasswordError",
      code,
      status: 500,
    });
    expect(() => passwords.needsRehash(stored)).toThrow(expect.objectContaining({ code }));
  });

  test("no string of a database is ever accepted, or crashes", async () => {
    const seeds = [
      good,
      await bcryptjs.hash(PASSWORD, 4),
      "$scrypt$ln=4,r=8,p=2$U29kaXVt$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ];
    const damaged = fc
      .tuple(fc.constantFrom(...seeds), fc.nat(110), fc.nat(6), fc.string({ maxLength: 6 }))
      .map(([seed, at, drop, insert]) => seed.slice(0, at) + insert + seed.slice(at + drop));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(damaged, fc.string(), fc.string({ unit: "binary", maxLength: 2000 })),
        async (stored) => {
          const result = await passwords
            .verify("another password", stored)
            .catch((error) => error.code);
          expect([
            { ok: false },
            "malformed-hash",
            "unsupported-hash",
            "unknown-pepper",
          ]).toContainEqual(result);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("what is no string is malformed", async () => {
    for (const it of [42, {}, Buffer.from(good), true, ["$argon2id$"]]) {
      await expect(passwords.verify(PASSWORD, it as never)).rejects.toMatchObject({
        code: "malformed-hash",
      });
    }
  });
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [-64], [undefined]])(
  "a scheme that cannot tell its memory keeps nobody waiting: %s",
  async (memoryKiB) => {
    const read = () => ({ memoryKiB: memoryKiB as number, verify: async () => true });
    const own = cheap({ accept: [{ name: "own", read }] });
    const code = "unsupported-hash";
    await expect(own.verify(PASSWORD, "own")).rejects.toMatchObject({ code });
    expect(own.load).toEqual({ running: 0, waiting: 0 });
    expect((await own.verify(PASSWORD, await own.hash(PASSWORD))).ok).toBe(true);
  },
);

test("scrypt's lanes take memory too", () => {
  const tag = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  const hash = scrypt().read(`$scrypt$ln=4,r=8,p=16$U29kaXVt$${tag}`);
  // RFC 7914: 128 r N bytes for the large vector, and 128 r p for the small ones.
  expect(hash).toMatchObject({ memoryKiB: 16 + 16 });
});

test("the cost of stored hashes is bounded by maxStoredKiB, but never below the current cost", async () => {
  const heavy = await cheap({ argon2: { ...CHEAP, memoryKiB: 512 } }).hash(PASSWORD);
  expect((await cheap({ maxStoredKiB: 512 }).verify(PASSWORD, heavy)).ok).toBe(true);
  await expect(cheap({ maxStoredKiB: 511 }).verify(PASSWORD, heavy)).rejects.toMatchObject({
    code: "unsupported-hash",
  });
  const own = cheap({ maxStoredKiB: 1 });
  expect((await own.verify(PASSWORD, await own.hash(PASSWORD))).ok).toBe(true);
});
