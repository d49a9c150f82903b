import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from "node:crypto";
import { systemRandom } from "../../packages/core/src/random.ts";
import { generateKey } from "../../packages/core/src/sealed/key.ts";
import { keyRing } from "../../packages/core/src/sealed/key-ring.ts";
import { type SealerOptions, sealer } from "../../packages/core/src/sealed/sealer.ts";

/** Something that seals a text and opens it again. Whoever needs a thread pool answers with a promise. */
export interface Subject {
  readonly name: string;
  /** One seal, opened by `open`. */
  seal(): unknown;
  open(): unknown;
}

const EXPIRES = Date.now() + 3_600_000;

/** AES-256-GCM and nothing else: no envelope, no encoding, no key id. Every other row is compared with it. */
export function raw(text: string): Subject {
  const key = createSecretKey(randomBytes(32));
  const aad = randomBytes(67);
  const bytes = Buffer.from(text);
  const seal = () => {
    const nonce = systemRandom(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    cipher.setAAD(aad);
    const sealed = cipher.update(bytes);
    cipher.final();
    return { nonce, sealed, tag: cipher.getAuthTag() };
  };
  const one = seal();
  return {
    name: "node:crypto AES-256-GCM, bytes to bytes",
    seal,
    open: () => {
      const decipher = createDecipheriv("aes-256-gcm", key, one.nonce, { authTagLength: 16 });
      decipher.setAAD(aad);
      decipher.setAuthTag(one.tag);
      const opened = decipher.update(one.sealed);
      decipher.final();
      return opened;
    },
  };
}

/** The alternative to a key for each week: one for each seal, from a nonce of 192 bits, as XAES-256-GCM derives it (two AES blocks). */
export function keyPerSeal(text: string): Subject {
  const key = createSecretKey(randomBytes(32));
  const aad = randomBytes(67);
  const bytes = Buffer.from(text);
  const derive = (nonce: Uint8Array) => {
    const blocks = Buffer.alloc(32, nonce.subarray(0, 12));
    const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    return createSecretKey(cipher.update(blocks));
  };
  const seal = () => {
    const nonce = systemRandom(24);
    const cipher = createCipheriv("aes-256-gcm", derive(nonce), nonce.subarray(12));
    cipher.setAAD(aad);
    const sealed = cipher.update(bytes);
    cipher.final();
    return { nonce, sealed, tag: cipher.getAuthTag() };
  };
  const one = seal();
  return {
    name: "the same with a key for each seal (as XAES)",
    seal,
    open: () => {
      const decipher = createDecipheriv("aes-256-gcm", derive(one.nonce), one.nonce.subarray(12), {
        authTagLength: 16,
      });
      decipher.setAAD(aad);
      decipher.setAuthTag(one.tag);
      const opened = decipher.update(one.sealed);
      decipher.final();
      return opened;
    },
  };
}

export function ours(text: string, name: string, options: Partial<SealerOptions> = {}): Subject {
  const it = sealer(keyRing(generateKey()), {
    purpose: "session",
    cookieName: "__Host-id",
    ...options,
  });
  const one = it.seal(text, EXPIRES);
  return {
    name: `Coatcheck${name}, ${one.length} characters`,
    seal: () => it.seal(text, EXPIRES),
    open: () => it.open(one),
  };
}

/** What a refusal costs: each ends at another line, and should take the same. */
export function refusals(text: string): Subject[] {
  const make = (cookieName: string, key = generateKey()) =>
    sealer(keyRing(key), { purpose: "session", cookieName });
  const key = generateKey();
  const it = make("a", key);
  const good = it.seal(text, EXPIRES);
  const last = good.at(-20) === "A" ? "B" : "A";
  const seals = {
    "genuine, for comparison": good,
    "one bit flipped": good.slice(0, -20) + last + good.slice(-19),
    "another cookie's": make("b", key).seal(text, EXPIRES),
    "unknown key": make("a").seal(text, EXPIRES),
    expired: it.seal(text, Date.now() - 1),
    "not base64url": `${good.slice(0, -1)}=`,
  };
  return Object.entries(seals).map(([name, seal]) => ({
    name,
    seal: () => undefined,
    open: () => it.open(seal),
  }));
}
