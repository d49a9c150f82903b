import { argon2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Argon2Options } from "../argon2/parameters.ts";
import { CHEAP, cheap, keyNamed, PASSWORD, spellings } from "../testing/passwords.ts";

const [A, B, C] = [keyNamed("A"), keyNamed("B"), keyNamed("C")];

describe("rehash on login", () => {
  test.each<[string, Argon2Options]>([
    ["more memory", { ...CHEAP, memoryKiB: 128 }],
    ["more passes", { ...CHEAP, passes: 2 }],
    ["more lanes", { ...CHEAP, lanes: 2 }],
    ["less memory", { ...CHEAP, memoryKiB: 32 }],
  ])("%s: the right password brings a new hash, once", async (_, argon2) => {
    const old = await cheap().hash(PASSWORD);
    const passwords = cheap({ argon2 });
    expect(passwords.needsRehash(old)).toBe(true);
    expect(await passwords.verify("wrong", old)).toEqual({ ok: false });
    const { ok, upgraded } = await passwords.verify(PASSWORD, old);
    expect(ok).toBe(true);
    expect(passwords.needsRehash(upgraded as string)).toBe(false);
    expect(await passwords.verify(PASSWORD, upgraded)).toEqual({ ok: true, upgraded: undefined });
    expect(await passwords.verify("wrong", upgraded)).toEqual({ ok: false });
  });

  test("a short salt and a short tag are replaced", async () => {
    const passwords = cheap();
    for (const [salt, tag] of [
      [8, 32],
      [16, 16],
    ] as const) {
      const nonce = Buffer.alloc(salt, 7);
      const hash = argon2Sync("argon2id", {
        message: PASSWORD,
        nonce,
        parallelism: 1,
        tagLength: tag,
        memory: 64,
        passes: 1,
      });
      const b64 = (it: Buffer) => it.toString("base64").replaceAll("=", "");
      const stored = `$argon2id$v=19$m=64,t=1,p=1$${b64(nonce)}$${b64(hash)}`;
      expect(await passwords.verify(PASSWORD, stored)).toMatchObject({
        ok: true,
        upgraded: expect.any(String),
      });
    }
  });
});

describe("peppers", () => {
  test("the hash names the key and node:crypto, given it, comes to the same", async () => {
    const stored = await cheap({ pepper: A }).hash(PASSWORD);
    const [, keyId, salt = "", tag] = /,keyid=([\w+/]{6})\$([^$]+)\$([^$]+)$/.exec(stored) ?? [];
    expect(keyId).toBe("vZBYZQ");
    const options = {
      message: PASSWORD,
      nonce: Buffer.from(salt, "base64"),
      parallelism: 1,
      tagLength: 32,
      memory: 64,
      passes: 1,
    };
    const theirs = (secret?: Buffer) =>
      argon2Sync("argon2id", secret ? { ...options, secret } : options)
        .toString("base64")
        .replaceAll("=", "");
    expect(tag).toBe(theirs(Buffer.from(A, "base64url")));
    expect(tag).not.toBe(theirs());
  });

  test("three keys, one after the other, on machines that change one by one", async () => {
    const steps = [
      undefined,
      { current: A },
      { current: A, next: B },
      { current: B, older: A },
      { current: B, next: C, older: A },
      { current: C, older: [B, A] },
      { current: C, older: B },
      { current: C },
    ];
    const machines = steps.map((pepper) => cheap({ pepper }));
    let stored = await machines[0]?.hash(PASSWORD);
    const seen: string[] = [];
    // The user logs in on a machine that is at the step, and on one that is still at the step before.
    for (let step = 2; step < machines.length; step++) {
      for (const at of [step, step - 1, step]) {
        const result = await machines[at]?.verify(PASSWORD, stored);
        expect(result?.ok, `machine at step ${at}`).toBe(true);
        if (result?.upgraded) stored = result.upgraded;
      }
      seen.push(/keyid=([^$]*)/.exec(stored ?? "")?.[1] ?? "");
    }
    expect(new Set(seen).size).toBe(3);
    expect(await machines[7]?.verify(PASSWORD, stored)).toEqual({ ok: true, upgraded: undefined });
    expect(await machines[7]?.verify("wrong", stored)).toEqual({ ok: false });
  });

  test("a hash under the next key stays, one under an older key or none is replaced", async () => {
    const passwords = cheap({ pepper: { current: B, next: C, older: A } });
    const under = (pepper?: string) => cheap({ pepper }).hash(PASSWORD);
    expect(passwords.needsRehash(await under(C))).toBe(false);
    expect(passwords.needsRehash(await under(B))).toBe(false);
    expect(passwords.needsRehash(await under(A))).toBe(true);
    expect(passwords.needsRehash(await under())).toBe(true);
  });

  test("a key that was dropped is an error of its own, whatever the password", async () => {
    const stored = await cheap({ pepper: A }).hash(PASSWORD);
    for (const passwords of [cheap({ pepper: B }), cheap()]) {
      for (const password of [PASSWORD, "wrong"]) {
        await expect(passwords.verify(password, stored)).rejects.toMatchObject({
          code: "unknown-pepper",
          status: 500,
          expose: false,
        });
      }
      expect(() => passwords.needsRehash(stored)).toThrow(
        expect.objectContaining({ code: "unknown-pepper" }),
      );
    }
  });

  test("the wrong key under the right name opens nothing", async () => {
    const stored = await cheap({ pepper: A }).hash(PASSWORD);
    const renamed = stored.replace(
      /keyid=[^$]*/,
      /keyid=[^$]*/.exec(await cheap({ pepper: B }).hash(PASSWORD))?.[0] ?? "",
    );
    expect(await cheap({ pepper: { current: A, older: B } }).verify(PASSWORD, renamed)).toEqual({
      ok: false,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ["a passphrase", "correct horse", /^pepper must be 32 random bytes/],
    ["nothing", { current: undefined }, /^pepper\.current is missing/],
    ["one key twice", { current: A, older: [A] }, /^pepper\.older\[0\] repeats/],
    ["a misspelt place", { current: A, old: B }, /^pepper\.old is not an option/],
  ])("%s is no pepper", (_, pepper, message) => {
    try {
      cheap({ pepper: pepper as string });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toMatch(message);
      expect(spellings(error)).not.toContain(A.slice(0, 12));
    }
  });
});
