import * as nodeCrypto from "node:crypto";
import fc from "fast-check";
import { argon2Verify } from "hash-wasm";
import { describe, expect, test } from "vitest";
import { PasswordError } from "../errors.ts";
import { CHEAP, cheap, held, PASSWORD, settled, spellings } from "../testing/passwords.ts";
import { createPasswords, PasswordManager } from "./manager.ts";
import { settingsOf } from "./options.ts";

const RUNS = { numRuns: 200 };
const anyPassword = fc
  .string({ unit: "binary", minLength: 15, maxLength: 256 })
  // The bound is after NFC, which can take some away or, for a few characters, add some.
  .filter((it) => [...it.normalize("NFC")].length >= 15 && [...it.normalize("NFC")].length <= 256);

describe("hash and verify", () => {
  test("ASVS 6.2.5: any text of 15 to 256 characters is a password, and no other text opens it", async () => {
    const passwords = cheap();
    await fc.assert(
      fc.asyncProperty(anyPassword, anyPassword, async (password, other) => {
        const stored = await passwords.hash(password);
        expect(await passwords.verify(password, stored)).toEqual({ ok: true, upgraded: undefined });
        const same = password.normalize("NFC") === other.normalize("NFC");
        expect((await passwords.verify(other, stored)).ok).toBe(same);
      }),
      RUNS,
    );
  });

  test("ASVS 6.2.8: every character counts: the last, the case, the blanks around, what follows a NUL", async () => {
    const passwords = cheap();
    const password = `${"x".repeat(254)}\0a`;
    const stored = await passwords.hash(password);
    expect((await passwords.verify(password, stored)).ok).toBe(true);
    for (const other of [
      password.slice(0, -1),
      `${password.slice(0, -1)}b`,
      password.toUpperCase(),
      ` ${password.slice(1)}`,
      password.slice(0, 254),
    ]) {
      expect(await passwords.verify(other, stored)).toEqual({ ok: false });
    }
  });

  test("é is é, composed or not; what NFC keeps apart stays apart", async () => {
    const passwords = cheap();
    const stored = await passwords.hash(`caf\u00e9 ${PASSWORD}`);
    expect((await passwords.verify(`cafe\u0301 ${PASSWORD}`, stored)).ok).toBe(true);
    expect((await passwords.verify(`cafe ${PASSWORD}`, stored)).ok).toBe(false);
    const ligature = await passwords.hash(`\ufb01sh ${PASSWORD}`);
    expect((await passwords.verify(`fish ${PASSWORD}`, ligature)).ok).toBe(false);
  });

  test("the default is OWASP's argon2id, with a salt of 16 bytes and a tag of 32, and others verify it", async () => {
    const stored = await createPasswords().hash(PASSWORD);
    expect(stored).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(await argon2Verify({ password: PASSWORD, hash: stored })).toBe(true);
    expect(await argon2Verify({ password: `${PASSWORD}.`, hash: stored })).toBe(false);
  });

  test("two hashes of one password have nothing in common, unless the salt does", async () => {
    const passwords = cheap();
    const hashes = await Promise.all(Array.from({ length: 500 }, () => passwords.hash(PASSWORD)));
    expect(new Set(hashes.map((it) => it.split("$")[4])).size).toBe(500);
    const fixed = cheap({ random: (size) => new Uint8Array(size).fill(7) });
    expect(await fixed.hash(PASSWORD)).toBe(await fixed.hash(PASSWORD));
  });

  test.each([undefined, null])(
    "ASVS 6.3.8: for a stored %s nothing is right, after the same work",
    async (stored) => {
      const { passwords, running } = held();
      const verification = passwords.verify(PASSWORD, stored);
      await settled();
      expect(running).toMatchObject([{ password: PASSWORD, memoryKiB: CHEAP.memoryKiB }]);
      running[0]?.end();
      expect(await verification).toEqual({ ok: false });
    },
  );

  test.each([undefined, null])(
    "nobody is let in as %s, were its decoy's tag hit",
    async (stored) => {
      const zeros = (length: number) => new Uint8Array(length);
      const settings = settingsOf({ argon2: CHEAP }, zeros);
      const passwords = new PasswordManager(settings, async (_, { tagLength }) => zeros(tagLength));
      expect(await passwords.verify(PASSWORD, stored)).toEqual({ ok: false });
      expect((await passwords.verify(PASSWORD, await passwords.hash(PASSWORD))).ok).toBe(true);
    },
  );

  test("ASVS 6.3.8: the engine gets the same for an unknown user and a wrong password, but for the salt", async () => {
    const calls: unknown[] = [];
    const { passwords, running } = held({
      pepper: nodeCrypto.createHash("sha256").update("p").digest("base64url"),
    });
    const hashing = passwords.hash(PASSWORD);
    await settled();
    running[0]?.end();
    const stored = await hashing;
    for (const it of [undefined, stored, "$2b$not-a-scheme-here"]) {
      const verification = passwords.verify("wrong", it).catch(() => undefined);
      await settled();
      calls.push(running.map(({ password, memoryKiB }) => ({ password, memoryKiB })));
      running[0]?.end();
      await verification;
    }
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[2]).toEqual(calls[0]);
    expect(calls[0]).toEqual([{ password: "wrong", memoryKiB: CHEAP.memoryKiB }]);
  });

  test("a failing engine is an error, and frees its place", async () => {
    const { passwords, running } = held({ concurrency: 1 });
    const first = passwords.hash(PASSWORD);
    const second = passwords.hash(PASSWORD);
    await settled();
    running[0]?.end(new Error("no memory"));
    await expect(first).rejects.toMatchObject({
      code: "engine",
      status: 500,
      cause: new Error("no memory"),
    });
    await settled();
    running[0]?.end();
    await second;
    expect(passwords.load).toEqual({ running: 0, waiting: 0 });
  });
});

describe("what is no new password", () => {
  const passwords = cheap();
  test.each<[string, unknown, string, number]>([
    ["14 characters", "x".repeat(14), "too-short", 422],
    ["nothing", "", "too-short", 422],
    ["14 characters in 28 units", "\u{1F511}".repeat(14), "too-short", 422],
    ["15 that NFC makes 14", `e\u0301${"x".repeat(13)}`, "too-short", 422],
    ["257 characters", "x".repeat(257), "too-long", 422],
    ["a megabyte", "x".repeat(2 ** 20), "too-long", 422],
    ["half a surrogate pair", `${PASSWORD}\ud83d`, "ill-formed", 422],
    ["the other half", `\udd11${PASSWORD}`, "ill-formed", 422],
    ["undefined", undefined, "not-text", 400],
    ["two form fields", [PASSWORD, PASSWORD], "not-text", 400],
    ["an object", { length: 20 }, "not-text", 400],
    ["a number", 123456789012345, "not-text", 400],
  ])("%s: %#", async (_, password, code, status) => {
    const error = await passwords.hash(password as string).catch((it) => it);
    expect(error).toBeInstanceOf(PasswordError);
    expect(error).toMatchObject({ code, status, statusCode: status, expose: true });
  });

  test("ASVS 6.2.1: 8 characters are the least that can be allowed, 15 the default", async () => {
    expect(() => cheap({ length: { min: 7 } })).toThrow(/^length\.min must be at least 8/);
    const shorter = cheap({ length: { min: 8 } });
    await expect(shorter.hash("x".repeat(7))).rejects.toMatchObject({ code: "too-short" });
    expect(await shorter.hash("x".repeat(8))).toMatch(/^\$argon2id\$/);
    expect(await passwords.hash("x".repeat(15))).toMatch(/^\$argon2id\$/);
  });

  test("ASVS 6.2.9: 64 characters are always permitted", async () => {
    expect(() => cheap({ length: { max: 63 } })).toThrow(/^length\.max must be from 64/);
    const password = "\u{1F511}".repeat(64);
    const least = cheap({ length: { max: 64 } });
    expect((await least.verify(password, await least.hash(password))).ok).toBe(true);
    await expect(least.hash(`${password}x`)).rejects.toMatchObject({ code: "too-long" });
  });

  test("a code point is a character, and 256 of the longest fit", async () => {
    const keys = "\u{1F511}".repeat(256);
    expect((await passwords.verify(keys, await passwords.hash(keys))).ok).toBe(true);
    // U+1D160 is three code points in NFC, so 86 of them are 258.
    await expect(passwords.hash("\u{1D160}".repeat(86))).rejects.toMatchObject({
      code: "too-long",
    });
  });

  test("verify takes what is too short for a new one, and calls what nobody can have wrong", async () => {
    const stored = await cheap({ length: { min: 8 } }).hash("12345678");
    expect((await passwords.verify("12345678", stored)).ok).toBe(true);
    for (const it of ["", "x".repeat(257), "x".repeat(2 ** 20), `${PASSWORD}\ud83d`]) {
      expect(await passwords.verify(it, stored)).toEqual({ ok: false });
    }
    await expect(passwords.verify(undefined as never, stored)).rejects.toMatchObject({
      code: "not-text",
    });
    await expect(passwords.verify([PASSWORD] as never, undefined)).rejects.toMatchObject({
      code: "not-text",
    });
  });

  test("ASVS 6.2.4: check refuses a new password with its reason, and is not asked at a login", async () => {
    const asked: string[] = [];
    const check = async (password: string) => {
      asked.push(password);
      return password.includes("coatcheck") ? "it is our own name" : undefined;
    };
    const checking = cheap({ check });
    await expect(checking.hash("coatcheck coatcheck")).rejects.toMatchObject({
      code: "rejected",
      status: 422,
      message: "it is our own name",
    });
    const stored = await checking.hash(`cafe\u0301 ${PASSWORD}`);
    await checking.verify("coatcheck coatcheck", stored);
    expect(asked).toEqual(["coatcheck coatcheck", `caf\u00e9 ${PASSWORD}`]);
    const old = await cheap().hash("coatcheck coatcheck");
    const raised = cheap({ check, argon2: { ...CHEAP, passes: 2 } });
    expect(await raised.verify("coatcheck coatcheck", old)).toMatchObject({
      ok: true,
      upgraded: expect.any(String),
    });
  });
});

test("no error and no spelling of a manager shows a password, a pepper or a hash", async () => {
  const pepper = nodeCrypto.createHash("sha256").update("pepper").digest("base64url");
  const passwords = cheap({ pepper });
  const stored = await passwords.hash(PASSWORD);
  const other = cheap();
  const errors = await Promise.all(
    [
      () => passwords.hash(PASSWORD.slice(0, 14)),
      () => passwords.hash(PASSWORD.repeat(20)),
      () => passwords.hash(`${PASSWORD}\ud83d`),
      () => other.verify(PASSWORD, stored),
      () => other.verify(PASSWORD, stored.slice(0, -9)),
      () => other.verify(PASSWORD, stored.replace("argon2id", "argon3")),
      () => other.verify(PASSWORD, stored.replace("m=64", "m=640000")),
      async () => other.needsRehash(stored),
    ].map((call) =>
      call().then(
        () => "no error",
        (error) => error,
      ),
    ),
  );
  expect(errors.map((it) => it.code)).toEqual([
    "too-short",
    "too-long",
    "ill-formed",
    "unknown-pepper",
    "malformed-hash",
    "unsupported-hash",
    "unsupported-hash",
    "unknown-pepper",
  ]);
  const text = [...errors, passwords, { passwords }].map(spellings).join("\n");
  const [salt = "", tag = ""] = stored.split("$").slice(-2);
  for (const secret of [
    PASSWORD.slice(0, 14),
    pepper.slice(0, 12),
    salt.slice(0, 12),
    tag.slice(0, 12),
  ]) {
    expect(text).not.toContain(secret);
  }
});
