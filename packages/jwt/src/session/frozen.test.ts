import { describe, expect, test } from "vitest";
import { testCodec } from "../testing/codec.ts";
import { claimsOf, forge, headerOf } from "../testing/forge.ts";
import { FROZEN } from "../testing/frozen.ts";
import type { CarriedSession } from "../token-storage.ts";

/** By its numbers and not by those of other tests: what is frozen does not follow them. */
const WHOLE: CarriedSession = {
  id: "AAECAwQFBgcICQoLDA0ODw" as CarriedSession["id"],
  epoch: 2,
  since: 1_999_999_995_802,
  userId: "ada",
  createdAt: 1_999_999_993_122,
  authenticatedAt: 1_999_999_994_691,
  lastSeenAt: 2_000_000_000_106,
  expiresAt: 2_000_003_600_123,
  endsAt: 2_000_043_200_123,
  remember: true,
  registered: true,
  flash: { note: "hi" },
  data: '{"cart":["apple"],"admin":false}',
};
const { remember: _r, registered: _g, flash: _f, ...plain } = WHOLE;
const ANONYMOUS: CarriedSession = { ...plain, userId: null, authenticatedAt: null };
const at = { clock: () => 2_000_000_000_123 };

describe.each(FROZEN.map((it) => [it.key.alg, it] as const))("tokens of %s", (alg, frozen) => {
  test("that an earlier release made open", async () => {
    const it = testCodec(frozen.key, at);
    expect(await it.decode(frozen.whole)).toEqual({ ok: true, session: WHOLE });
    expect(await it.decode(frozen.anonymous)).toEqual({ ok: true, session: ANONYMOUS });
  });

  // The others have chance in their signatures, or are not to be read.
  test.runIf(/Ed|HS/.test(alg))("are made now as they were then, byte by byte", async () => {
    expect(await testCodec(frozen.key, at).encode(WHOLE)).toBe(frozen.whole);
    expect(await testCodec(frozen.key, at).encode(ANONYMOUS)).toBe(frozen.anonymous);
  });

  test.runIf(/^(Ed|ES|HS)/.test(alg))("of a format that is not known yet are refused", async () => {
    const [header, claims] = [headerOf(frozen.whole), claimsOf(frozen.whole)];
    const decode = (head: object, body: object) =>
      testCodec(frozen.key, at).decode(forge(frozen.key, head, body));
    expect(await decode(header, claims)).toMatchObject({ ok: true });
    expect(await decode(header, { ...claims, device: "x" })).toMatchObject({ reason: "malformed" });
    const typ = "coatcheck-session-2+jwt";
    expect(await decode({ ...header, typ }, claims)).toMatchObject({ ok: false });
  });
});
