import { createCipheriv, createHash, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { START } from "../testing/bench.ts";
import { decodeEnvelope } from "./envelope.ts";
import { A, HOUR, testSealer } from "./testing/sealing.ts";

const END = START + HOUR;

/** The format once more, by hand: a seal of last year's release has to open in this one. */
function byHand(text: string, version = 1): Buffer {
  const names = JSON.stringify(["coatcheck seal 1", "session", "__Host-id"]);
  const context = createHash("sha256").update(names).digest("base64url");
  const key = Buffer.from(A, "base64url");
  const hkdf = (info: string, size: number) => Buffer.from(hkdfSync("sha256", key, "", info, size));
  const nonce = Buffer.from("0123456789ab");
  const expiry = Buffer.alloc(6);
  expiry.writeUIntBE(END, 0, 6);
  const id = hkdf("coatcheck key id 1", 4);
  const head = Buffer.concat([Buffer.from([version]), id, nonce, expiry, Buffer.from([0])]);
  const week = Math.floor(END / 604_800_000);
  const cipher = createCipheriv("aes-256-gcm", hkdf(`${context} ${week}`, 32), nonce);
  cipher.setAAD(Buffer.concat([head, Buffer.from(context)]));
  return Buffer.concat([head, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

test("the format is what its description says", () => {
  const it = testSealer(A, { random: () => Buffer.from("0123456789ab") });
  const expected = byHand("the text").toString("base64url");
  expect(it.seal("the text", END)).toBe(expected);
  expect(it.open(expected)).toMatchObject({ ok: true, text: "the text", keyId: "bd905865" });
});

test("another version is not opened, even if its tag fits", () => {
  for (const version of [0, 2, 255]) {
    const seal = byHand("the text", version).toString("base64url");
    expect(testSealer().open(seal)).toMatchObject({ reason: "malformed" });
  }
});

test("what is too short for a head and a tag is no envelope, and neither is an unknown form", () => {
  const bytes = byHand("");
  const decode = (it: Buffer) => decodeEnvelope(it.toString("base64url"), 4096);
  expect(decode(bytes)).toEqual(bytes);
  for (let size = 0; size < bytes.length; size++) {
    expect(decode(bytes.subarray(0, size))).toBeUndefined();
  }
  for (let form = 4; form < 256; form++) {
    bytes[23] = form;
    expect(decode(bytes)).toBeUndefined();
  }
});
