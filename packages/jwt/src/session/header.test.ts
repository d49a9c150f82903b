import { CompactSign } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { KEYS, SESSION, testCodec } from "../testing/codec.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("a library that spells the header otherwise is noticed at once, and not by lost sessions", async () => {
  const set = CompactSign.prototype.setProtectedHeader;
  vi.spyOn(CompactSign.prototype, "setProtectedHeader").mockImplementation(function (
    this: CompactSign,
    { alg, ...rest },
  ) {
    return set.call(this, { ...rest, alg });
  });
  const encoded = (async () => testCodec(KEYS.EdDSA).encode(SESSION))();
  await expect(encoded).rejects.toThrow("the token has another header");
});
