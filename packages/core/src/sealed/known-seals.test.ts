import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { CarriedSession, TokenCodec } from "../stateless/codec.ts";
import { carried } from "../stateless/testing/sealed-bench.ts";
import { repeatable, START } from "../testing/bench.ts";
import { type KeyOptions, keyRing } from "./key-ring.ts";
import { sealedCodec } from "./storage.ts";
import { A, ALPHABET, B, HOUR, spellings } from "./testing/sealing.ts";

const seam = vi.hoisted(() => ({ decrypts: 0 }));
// A counting seam: the cipher itself stays what it is.
vi.mock("./gcm.ts", async (original) => {
  const gcm = await original<typeof import("./gcm.ts")>();
  return {
    ...gcm,
    decrypt: (...args: Parameters<typeof gcm.decrypt>) => {
      seam.decrypts += 1;
      return gcm.decrypt(...args);
    },
  };
});
beforeEach(() => {
  seam.decrypts = 0;
});

interface Made extends TokenCodec {
  encode(session: CarriedSession): string;
  /** How often the cipher was asked meanwhile. */
  decrypts(...tokens: readonly string[]): number;
  wait(ms: number): void;
}

function codec({ keys = A as string | KeyOptions, cookieName = "__Host-id", at = START } = {}) {
  let now = at;
  const context = { cookieName, maxLength: 12_000, clock: () => now, random: repeatable() };
  const made = sealedCodec(keyRing(keys), {}, context) as Made;
  made.decrypts = (...tokens) => {
    seam.decrypts = 0;
    for (const token of tokens) made.decode(token);
    return seam.decrypts;
  };
  made.wait = (ms) => {
    now += ms;
  };
  return made;
}

/** By another process, so that the codec that is asked has not made it. */
const sealed = (changes?: Partial<CarriedSession>, keys?: KeyOptions): string =>
  codec(keys && { keys }).encode(carried(changes));

describe("seals that are known again", () => {
  test("a burst of requests opens a seal once, and one that was just made not at all", () => {
    const it = codec();
    const token = sealed();
    expect(it.decrypts(token, token, token)).toBe(1);
    const own = it.encode(carried({ data: '{"a":1}' }));
    expect(it.decrypts(own, own)).toBe(0);
    expect(it.decode(own)).toEqual(codec().decode(own));
  });

  test("what one codec knows says nothing to another: of other keys, or of another cookie", () => {
    const token = sealed();
    const it = codec({ keys: { current: B, older: A } });
    expect(it.decode(token)).toMatchObject({ ok: true, olderKey: expect.any(String) });
    expect(codec({ keys: B }).decode(token)).toMatchObject({ reason: "unknown-key" });
    expect(codec({ cookieName: "__Host-x" }).decode(token)).toMatchObject({ reason: "tampered" });
    // Known or not, it is under a key on its way out.
    expect(it.decode(token)).toMatchObject({ ok: true, olderKey: expect.any(String) });
  });

  test("G12 no other text passes for one that is known, whatever they have in common", () => {
    const it = codec();
    const token = sealed();
    it.decode(token);
    const others = [...token].flatMap((was, at) =>
      [...ALPHABET, "=", "~"]
        .filter((to) => to !== was)
        .map((to) => token.slice(0, at) + to + token.slice(at + 1)),
    );
    const cut = [...token].map((_, at) => token.slice(0, at));
    for (const text of [...others, ...cut, `${token}A`, `${token}=`]) {
      expect(it.decode(text)).toEqual(codec().decode(text));
      expect(it.decode(text)).toMatchObject({ ok: false });
    }
    expect(it.decrypts(token)).toBe(0);
  });

  test("G12 a known seal expires to the millisecond, as one that is not known", () => {
    const it = codec();
    const token = sealed({ expiresAt: START + 5_000 });
    it.wait(4_999);
    expect(it.decode(token)).toMatchObject({ ok: true });
    it.wait(1);
    expect(it.decode(token)).toEqual(codec({ at: START + 5_000 }).decode(token));
    expect(it.decode(token)).toMatchObject({ ok: false, reason: "expired" });
  });

  test("what is handed out more than once cannot be changed", () => {
    const it = codec();
    const token = sealed({ userId: "ada", authenticatedAt: START, auth: { amr: ["pwd"] } });
    const first = it.decode(token);
    expect(it.decode(token)).toBe(first);
    const { session } = first as unknown as { session: { auth: { amr: string[] }; data: string } };
    expect(() => session.auth.amr.push("otp")).toThrow(TypeError);
    expect(() => Object.assign(session.auth, { acr: "x" })).toThrow(TypeError);
    expect(() => Object.assign(session, { data: "{}" })).toThrow(TypeError);
    expect(() => Object.assign(first, { olderKey: "x" })).toThrow(TypeError);
  });

  test("what was left by flash is each request's own", () => {
    const it = codec();
    const token = sealed({ flash: { notice: ["saved"] } });
    type Left = { session: { flash: { notice: string[] } } };
    const [one, two] = [it.decode(token), it.decode(token)] as unknown as [Left, Left];
    one.session.flash.notice.push("twice");
    expect(two.session.flash.notice).toEqual(["saved"]);
    expect(it.decode(token)).toEqual(codec().decode(token));
    expect(it.decrypts(token)).toBe(0);
  });

  test("G15 no seal is kept, nor a part of one; and of what did not open nothing", () => {
    const set = vi.spyOn(Map.prototype, "set");
    onTestFinished(() => set.mockRestore());
    const entries = (): unknown[] => set.mock.calls.filter(([key]) => typeof key === "string");
    const it = codec();
    const token = sealed();
    const foreign = sealed({}, { current: B });
    const over = sealed({ expiresAt: START });
    set.mockClear();
    for (const text of [token.replace(/.$/, "~"), foreign, over]) it.decode(text);
    expect(entries()).toEqual([]);
    it.decode(token);
    const own = it.encode(carried({ data: '{"a":1}' }));
    expect(entries()).toHaveLength(2);
    const kept = spellings(entries());
    expect(kept).toContain('{\\"a\\":1}');
    for (const text of [token, own]) {
      for (const part of [text.slice(0, 32), text.slice(32, 64), text.slice(-22)]) {
        expect(kept).not.toContain(part);
      }
    }
    expect(spellings(it)).not.toContain("AAAAAAAAAAAAAAAAAAAAAA");
  });

  test("after a minute nothing is known any more, however often it was asked for", () => {
    const it = codec();
    const token = sealed({ expiresAt: START + HOUR });
    it.decode(token);
    for (let n = 0; n < 59; n++) {
      expect(it.decrypts(token)).toBe(0);
      it.wait(1_000);
    }
    it.wait(1_000);
    expect(it.decrypts(token, token)).toBe(1);
  });

  test("after a minute of silence neither", () => {
    for (const [ms, opened] of [
      [59_999, 0],
      [60_000, 2],
    ] as const) {
      const it = codec();
      const token = sealed({ epoch: 1 });
      it.decode(token);
      const own = it.encode(carried({ epoch: 2 }));
      it.wait(ms);
      expect(it.decrypts(token, own)).toBe(opened);
    }
  });

  test.each([
    ["small", 0, 500, 2_700],
    ["of 300 bytes", 300, 500, 1_600],
    ["as long as a cookie", 2_900, 100, 350],
  ])(
    "of sessions that are %s it keeps the last, and no more than two megabytes",
    (_, size, least, most) => {
      const it = codec();
      const tokens = Array.from({ length: 4_000 }, (_unused, n) =>
        it.encode(carried({ data: JSON.stringify({ n, pad: "x".repeat(size) }) })),
      );
      expect(it.decrypts(...tokens.slice(-least))).toBe(0);
      const older = tokens.slice(0, -most);
      expect(it.decrypts(...older)).toBe(older.length);
    },
  );
});
