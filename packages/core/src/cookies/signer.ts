import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { deriveKey, spellKeyId } from "../sealed/derive.ts";
import type { KeyRing, KeyState } from "../sealed/key-ring.ts";
import type { Opened } from "../sealed/sealer.ts";

/** Id of the key, 4 bytes, and when it expires, 6 bytes of milliseconds; both big-endian. */
const HEAD = 10;
/** The whole digest of HMAC-SHA-256: RFC 2104 section 5 allows half of it, and nothing is gained by that here. */
const MAC = 32;
/** 42 bytes are 56 characters of base64url with no spare bits: each signature has one spelling. */
const TAIL = 56;

export interface Signer {
  /** `text`, a dot and the signature over text, key and expiry. The text stays readable, for scripts and for everybody else. */
  sign(text: string, expiresAt: number): string;
  /** The text, or why not. Never throws. */
  verify(signed: string): Opened;
}

interface Place {
  readonly id: number;
  readonly state: KeyState;
  readonly keyId: string;
  readonly key: KeyObject;
}

/** Signs and verifies for one purpose and one cookie: a value signed for another one does not verify. */
export function signer(
  ring: KeyRing,
  { purpose, cookieName, clock }: { purpose: string; cookieName: string; clock: Clock },
): Signer {
  const info = sha256(JSON.stringify(["coatcheck sign 1", purpose, cookieName]));
  const places = ring.keys().map(({ id, state, key }): Place => {
    return { id, state, keyId: spellKeyId(id), key: deriveKey(key, info) };
  });
  const known = new Map(places.map((place) => [place.id, place]));
  const current = places[0] as Place;

  return {
    sign(text, expiresAt) {
      const tail = Buffer.alloc(HEAD + MAC);
      tail.writeUInt32BE(current.id);
      tail.writeUIntBE(expiresAt, 4, 6);
      tail.set(macOf(current.key, tail, text), HEAD);
      return `${text}.${tail.toString("base64url")}`;
    },

    verify(signed) {
      const dot = signed.length - TAIL - 1;
      const spelling = signed.slice(dot + 1);
      const tail = Buffer.from(spelling, "base64url");
      if (dot < 1 || signed[dot] !== "." || tail.toString("base64url") !== spelling) {
        return { ok: false, reason: "malformed", keyId: undefined };
      }
      const text = signed.slice(0, dot);
      const place = known.get(tail.readUInt32BE());
      // With a decoy, so that an unknown key costs what a forgery costs.
      const mac = macOf(place?.key ?? ring.decoy(), tail, text);
      const genuine = timingSafeEqual(mac, tail.subarray(HEAD));
      if (!place) return { ok: false, reason: "unknown-key", keyId: undefined };
      const { keyId, state: keyState } = place;
      if (!genuine) return { ok: false, reason: "tampered", keyId };
      const expiresAt = tail.readUIntBE(4, 6);
      if (clock() >= expiresAt) return { ok: false, reason: "expired", keyId };
      return { ok: true, text, keyState, keyId, expiresAt };
    },
  };
}

function macOf(key: KeyObject, tail: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(tail.subarray(0, HEAD)).update(text).digest();
}
