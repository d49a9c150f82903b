import { manualClock } from "@coatcheck/testkit";
import type { CompactVerifyGetKey } from "jose";
import { beforeAll, expect, test } from "vitest";
import { type Signer, signer } from "../testing/provider.ts";
import { openSigned } from "../token/signed.ts";
import type { Fetch } from "./fetch-json.ts";
import { ProviderKeysError } from "./keys-error.ts";
import { providerKeys } from "./provider-keys.ts";

let first: Signer;
let second: Signer;
beforeAll(async () => {
  [first, second] = await Promise.all([signer("ES256", "1"), signer("ES256", "2")]);
});

function bench() {
  const clock = manualClock();
  const state = { down: false, keys: [first], answer: undefined as (() => Response) | undefined };
  let asked = 0;
  const fetch: Fetch = async () => {
    asked++;
    if (state.down) throw new TypeError("fetch failed");
    return state.answer?.() ?? Response.json({ keys: state.keys.map((it) => it.publicJwk) });
  };
  const keys = providerKeys({ address: () => new URL("https://id.example/jwks"), clock, fetch });
  return {
    clock,
    state,
    asked: () => asked,
    /** Whether a token passes, or why not. */
    async judge(by: Signer, using: CompactVerifyGetKey = keys) {
      try {
        const signed = await openSigned(await by.sign({}), using, ["ES256"]);
        return typeof signed === "string" ? signed : true;
      } catch (error) {
        if (error instanceof ProviderKeysError) return error.code;
        throw error;
      }
    },
  };
}

test("are fetched once for many at once, and kept", async () => {
  const it = bench();
  const all = await Promise.all(Array.from({ length: 20 }, () => it.judge(first)));
  expect(new Set(all)).toEqual(new Set([true]));
  it.clock.advance(599_999);
  expect(await it.judge(first)).toBe(true);
  expect(it.asked()).toBe(1);
  it.clock.advance(1);
  expect(await it.judge(first)).toBe(true);
  expect(it.asked()).toBe(2);
});

test("a new key is found at once, also right after the set was fetched", async () => {
  const it = bench();
  expect(await it.judge(first)).toBe(true);
  it.state.keys = [first, second];
  const all = await Promise.all([it.judge(second), it.judge(second), it.judge(first)]);
  expect([all, it.asked()]).toEqual([[true, true, true], 2]);
});

test("keys that are nowhere cost one request in 30 seconds, whatever tokens name", async () => {
  const it = bench();
  for (let i = 0; i < 20; i++) expect(await it.judge(second)).toBe("unknown-key");
  expect(it.asked()).toBe(2);
  it.clock.advance(29_999);
  expect(await it.judge(second)).toBe("unknown-key");
  expect(it.asked()).toBe(2);
  it.clock.advance(1);
  for (let i = 0; i < 20; i++) expect(await it.judge(second)).toBe("unknown-key");
  expect(it.asked()).toBe(3);
});

test("known keys live through an outage for an hour; with none nothing is known", async () => {
  const it = bench();
  expect(await it.judge(first)).toBe(true);
  it.state.down = true;
  it.clock.advance(3_599_999);
  expect(await it.judge(first)).toBe(true);
  it.clock.advance(1);
  expect(await it.judge(first)).toBe("provider-down");
  const asked = it.asked();
  for (let i = 0; i < 20; i++) expect(await it.judge(first)).toBe("provider-down");
  expect(it.asked()).toBe(asked);
  it.state.down = false;
  it.clock.advance(5_000);
  expect(await it.judge(first)).toBe(true);
});

test.each([
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { location: "https://x.example" } }),
  ],
  ["a failure", () => new Response("{}", { status: 500 })],
  ["no JSON", () => new Response("keys")],
  ["no set of keys", () => Response.json({ key: 1 })],
  ["more than can be", () => new Response(" ".repeat(300_000))],
])("%s is no set of keys", async (_, answer) => {
  const it = bench();
  it.state.answer = answer;
  expect(await it.judge(first)).toBe("provider-down");
});

test("a token without kid, of which several keys could be, is not tried with one after the other", async () => {
  const it = bench();
  it.state.keys = [first, second];
  const token = await first.sign({}, { kid: undefined });
  const keys = providerKeys({
    address: () => new URL("https://id.example/jwks"),
    clock: it.clock,
    fetch: async () => Response.json({ keys: [first.publicJwk, second.publicJwk] }),
  });
  expect(await openSigned(token, keys, ["ES256"])).toBe("unknown-key");
});

test("a clock that is set back by an hour keeps nobody waiting: after a failure, and for a new key", async () => {
  let now = 10 * 3_600_000;
  let down = true;
  let keys = [first];
  const own = providerKeys({
    address: () => new URL("https://id.example/jwks"),
    clock: () => now,
    async fetch() {
      if (down) throw new TypeError("fetch failed");
      return Response.json({ keys: keys.map((it) => it.publicJwk) });
    },
  });
  const it = bench();
  expect(await it.judge(first, own)).toBe("provider-down");
  now -= 3_600_000;
  down = false;
  expect(await it.judge(first, own)).toBe(true);
  expect(await it.judge(second, own)).toBe("unknown-key");
  now -= 3_600_000;
  keys = [first, second];
  expect(await it.judge(second, own)).toBe(true);
});
