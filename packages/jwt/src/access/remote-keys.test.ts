import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { generateJwk } from "../keys/generate.ts";
import { jwks } from "../keys/jwks.ts";
import { KEYS, START } from "../testing/codec.ts";
import { serve } from "../testing/serve.ts";
import { accessTokens } from "./issuer.ts";
import { accessTokenVerifier } from "./verifier.ts";

const base = {
  ...{ issuer: "https://shop.example.com", audience: "https://api.example.com" },
  clock: () => START,
};
const KEY = KEYS.ES256;
const SET = JSON.stringify(jwks(KEY));
const tokenOf = async (keys = KEY) =>
  (await accessTokens({ ...base, keys }).issue({ userId: "ada" })).token;

let later = 0;
beforeEach(() => {
  later = 0;
  const real = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => real() + later);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** An issuer that can go down, change its keys, or keep one waiting; and a service that checks tokens by it. */
async function site(answer = SET) {
  const state = { up: true, answer, hangs: false };
  const server = await serve((_, response) => {
    if (state.hangs) return;
    response.writeHead(state.up ? 200 : 500).end(state.answer);
  });
  const verify = accessTokenVerifier({ ...base, jwks: server.url });
  return {
    ...server,
    state,
    /** Whether a token passes, or why not. */
    async judge(token: string) {
      const result = await verify(token).catch((error) => ({ ok: false, reason: error.code }));
      return result.ok || ("reason" in result && result.reason);
    },
  };
}

test("an issuer that is down from the start is asked once in five seconds, whatever arrives", async () => {
  await using it = await site();
  it.state.up = false;
  const token = await tokenOf();
  for (let i = 0; i < 20; i++) expect(await it.judge(token)).toBe("access-keys");
  expect(it.asked).toHaveLength(1);
  later = 4_000;
  expect(await it.judge(token)).toBe("access-keys");
  expect(it.asked).toHaveLength(1);
  later = 5_000;
  expect(await it.judge(token)).toBe("access-keys");
  expect(it.asked).toHaveLength(2);
  it.state.up = true;
  later = 10_000;
  expect(await it.judge(token)).toBe(true);
  expect(it.asked).toHaveLength(3);
});

test("known keys live through an outage for an hour, and strangers cost one request in 30 seconds", async () => {
  await using it = await site();
  const [good, strange] = [await tokenOf(), await tokenOf(generateJwk("ES256"))];
  expect(await it.judge(good)).toBe(true);
  it.state.up = false;
  later = 31_000;
  for (let i = 0; i < 20; i++) expect(await it.judge(strange)).toBe("unknown-key");
  expect(it.asked).toHaveLength(2);
  expect(await it.judge(good)).toBe(true);
  // The set is ten minutes old: looked for, not had, and still good.
  later = 601_000;
  for (let i = 0; i < 20; i++) expect(await it.judge(good)).toBe(true);
  expect(it.asked).toHaveLength(3);
  expect(await it.judge(strange)).toBe("unknown-key");
  later = 3_590_000;
  expect(await it.judge(good)).toBe(true);
  expect(it.asked).toHaveLength(4);
  later = 3_601_000;
  for (let i = 0; i < 5; i++) expect(await it.judge(good)).toBe("access-keys");
  expect(it.asked).toHaveLength(5);
  later = 3_606_000;
  it.state.up = true;
  expect(await it.judge(good)).toBe(true);
  expect(it.asked).toHaveLength(6);
});

test("a key that comes is found, one that goes is gone after ten minutes, and no set is asked for early", async () => {
  const other = generateJwk("ES256");
  await using it = await site();
  const [good, strange] = [await tokenOf(), await tokenOf(other)];
  expect(await it.judge(good)).toBe(true);
  it.state.answer = JSON.stringify(jwks({ current: KEY, next: other }));
  expect(await it.judge(strange)).toBe("unknown-key");
  later = 31_000;
  expect(await Promise.all(Array.from({ length: 9 }, () => it.judge(strange)))).toEqual(
    Array(9).fill(true),
  );
  expect(it.asked).toHaveLength(2);
  it.state.answer = JSON.stringify(jwks(other));
  later = 600_000;
  expect(await it.judge(good)).toBe(true);
  expect(it.asked).toHaveLength(2);
  later = 632_000;
  expect(await it.judge(good)).toBe("unknown-key");
  expect(it.asked).toHaveLength(3);
});

test("while an old set is looked for anew, nobody but the first waits", async () => {
  await using it = await site();
  const good = await tokenOf();
  expect(await it.judge(good)).toBe(true);
  it.state.hangs = true;
  later = 601_000;
  const begun = Date.now();
  const first = it.judge(good);
  for (let i = 0; i < 9; i++) expect(await it.judge(good)).toBe(true);
  expect(Date.now() - begun).toBeLessThan(2_000);
  expect(it.asked.length).toBeLessThanOrEqual(2);
  // After five seconds it gives up, and has the old keys.
  expect(await first).toBe(true);
  expect(Date.now() - begun).toBeLessThan(8_000);
}, 15_000);

const padded = (size: number) => SET.padEnd(size);

test("a document of 256 KiB is read, and of a longer one no more than that", async () => {
  const token = await tokenOf();
  await using fits = await site(padded(262_144));
  expect(await fits.judge(token)).toBe(true);
  await using tooLong = await site(padded(262_145));
  expect(await tooLong.judge(token)).toBe("access-keys");
});

test("one without end is left, whatever it says of its length", async () => {
  const token = await tokenOf();
  let sent = 0;
  await using it = await serve((_, response) => {
    response.writeHead(200);
    const more = () => {
      if (response.destroyed) return;
      sent += 65_536;
      response.write(Buffer.alloc(65_536, 0x20), () => setImmediate(more));
    };
    more();
  });
  const verify = accessTokenVerifier({ ...base, jwks: it.url });
  await expect(verify(token)).rejects.toMatchObject({
    code: "access-keys",
    cause: { message: "more than 262144 bytes" },
  });
  await vi.waitFor(async () => {
    const before = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sent).toBe(before);
  });
  expect(sent).toBeLessThan(50_000_000);
});

test("what counts is what comes out of a compressed one", async () => {
  await using it = await serve((_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(padded(50_000_000)));
  });
  const verify = accessTokenVerifier({ ...base, jwks: it.url });
  await expect(verify(await tokenOf())).rejects.toMatchObject({
    cause: { message: "more than 262144 bytes" },
  });
});
