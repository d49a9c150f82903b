import { type ScryptOptions, scrypt as scryptOf, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { fromB64 } from "../argon2/base64.ts";
import type { ForeignHash, HashScheme } from "./scheme.ts";

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scryptOf);
const FORM =
  /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,2}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Memory times `p`, in KiB: some two seconds. */
const MOST_WORK = 1024 * 1024;

/** scrypt hashes as PHC strings, `$scrypt$ln=17,r=8,p=1$salt$hash`: those of passlib and of most others. By node:crypto. */
export function scrypt(): HashScheme {
  return {
    name: "scrypt",
    read: (stored) => (stored.startsWith("$scrypt$") ? readScrypt(stored) : undefined),
  };
}

function readScrypt(stored: string): ForeignHash | "malformed" | "too-costly" {
  const [, ln, blockSize, lanes, saltText = "", tagText = ""] = FORM.exec(stored) ?? [];
  const [salt, tag] = [fromB64(saltText), fromB64(tagText)];
  if (!salt?.length || !tag || tag.length < 16 || tag.length > 64) return "malformed";
  const [N, r, p] = [2 ** Number(ln), Number(blockSize), Number(lanes)];
  // RFC 7914 section 2: N is less than 2^(128 * r / 8).
  if (Number(ln) >= 16 * r) return "malformed";
  // RFC 7914 sections 5 and 6: the large vector has 128 * r * N bytes, and the small ones have 128 * r * p.
  const memoryKiB = Math.ceil((r * (N + p)) / 8);
  if ((N * r * p) / 8 > MOST_WORK) return "too-costly";
  // Node counts the small vectors as well.
  const maxmem = 128 * r * (N + p + 2) + 1024;
  return {
    memoryKiB,
    verify: async (password) =>
      timingSafeEqual(await derive(password, salt, tag.length, { N, r, p, maxmem }), tag),
  };
}
