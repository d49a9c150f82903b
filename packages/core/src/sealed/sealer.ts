import { type Clock, systemClock } from "../clock.ts";
import { fail, mustBeFunction, mustCount } from "../config.ts";
import { MAX_COOKIE } from "../cookie/policy.ts";
import { sha256 } from "../digest.ts";
import { CookieDeliveryError, UnserialisableError } from "../errors.ts";
import { type Random, systemRandom } from "../random.ts";
import { spellKeyId } from "./derive.ts";
import {
  decodeEnvelope,
  expiryOf,
  formOf,
  HEAD,
  hasForm,
  keyIdOf,
  LATEST,
  NONCE,
  sealedLength,
  startEnvelope,
} from "./envelope.ts";
import { type FormOptions, formText, unformText } from "./form.ts";
import { decrypt, encryptIn } from "./gcm.ts";
import type { KeyRing, KeyState } from "./key-ring.ts";
import { WeekKeys } from "./week-keys.ts";

/** Why a seal was not opened. Who only needs to know that treats all as absent. */
export type SealRejection =
  /** Not what `seal` writes: length, alphabet, spelling, version. */
  | "malformed"
  /** Its key is not on the ring: dropped too early, or never ours. */
  | "unknown-key"
  /** Changed, or made for another purpose or cookie: cryptography cannot tell which. */
  | "tampered"
  /** Genuine, and over. */
  | "expired";

export type Opened =
  | {
      readonly ok: true;
      readonly text: string;
      /** Unless `"current"`: `"older"` is to be sealed anew, `"next"` is not, since machines before the deploy may have to open it. */
      readonly keyState: KeyState;
      readonly keyId: string;
      readonly expiresAt: number;
    }
  | {
      readonly ok: false;
      readonly reason: SealRejection;
      /** Only of a key on the ring, so that no client chooses what is counted. */
      readonly keyId: string | undefined;
    };

export interface SealerOptions extends FormOptions {
  /** What the seals are for, as `"session"`: one of another purpose is not opened. */
  purpose: string;
  /** The cookie they travel in: one from another cookie is not opened. */
  cookieName: string;
  /** Longest seal, in characters. Longer ones are refused unread, and not written. Default: 4096 with the cookie's name. */
  maxLength?: number | undefined;
  clock?: Clock | undefined;
  random?: Random | undefined;
}

export interface Sealer {
  /**
   * Encrypts and authenticates `text` (AES-256-GCM) until `expiresAt`, in ms since the epoch. Safe for 2^32 seals a week for each
   * key, purpose and cookie name (NIST SP 800-38D section 8.3), which is 7,000 a second.
   * Throws a `CookieDeliveryError` with the numbers if the seal would be longer than `maxLength`.
   */
  seal(text: string, expiresAt: number): string;
  /** Whether a text has the form of a seal: cheap, and without a key. */
  isWellFormed(text: string): boolean;
  /** The text, or why not. Never throws, whatever arrives. */
  open(seal: string): Opened;
}

/** Seals and opens for one purpose and one cookie. Keys are derived once: make one of these at construction, not for each request. */
export function sealer(ring: KeyRing, options: SealerOptions): Sealer {
  const { purpose, cookieName, padTo, compressFrom } = options;
  const { maxLength = MAX_COOKIE - cookieName.length } = options;
  const { clock = systemClock, random = systemRandom } = options;
  const preparation = { padTo, compressFrom };
  if (padTo !== undefined) mustCount("padTo", padTo);
  if (compressFrom !== undefined) mustCount("compressFrom", compressFrom);
  mustCount("maxLength", maxLength);
  if (padTo !== undefined && sealedLength(padTo) > maxLength) {
    fail("padTo", `makes every seal longer than the ${maxLength} characters that may be sent`);
  }
  mustBeFunction("clock", clock);
  mustBeFunction("random", random);
  // A digest, so that no choice of names can run into each other, nor past HKDF's 1024 bytes.
  const context = sha256(JSON.stringify(["coatcheck seal 1", purpose, cookieName]));
  const known = new Map(
    ring.keys().map(({ id, state, key }) => {
      const place = { id, state, keyId: spellKeyId(id), weeks: new WeekKeys(key, context) };
      return [id, place];
    }),
  );
  const current = known.get(ring.keys()[0]?.id ?? -1) ?? fail("keys", "are none");
  const decoy = ring.decoy();
  // Head and context in one buffer, used again and again: nothing waits between its being filled and read.
  const aad = Buffer.concat([Buffer.alloc(HEAD), Buffer.from(context, "latin1")]);

  return {
    isWellFormed: (text) => hasForm(text, maxLength),

    seal(text, expiresAt) {
      if (!Number.isInteger(expiresAt) || expiresAt < 0 || expiresAt > LATEST) {
        throw new RangeError("expiresAt must be whole milliseconds since the epoch");
      }
      // UTF-8 would turn a lone surrogate into another character without a word. JSON text has none.
      if (!text.isWellFormed()) {
        throw new UnserialisableError("text", "a string with lone surrogates", "seal JSON text");
      }
      const { form, bytes, size } = formText(text, preparation);
      const length = sealedLength(size);
      if (length > maxLength) throw tooLong(cookieName, size, length, maxLength);
      const nonce = random(NONCE);
      // A nonce that is cut short would repeat.
      if (nonce.length !== NONCE) throw new RangeError(`random gave ${nonce.length} bytes`);
      const envelope = startEnvelope(current.id, nonce, expiresAt, form, size);
      if (typeof bytes === "string") envelope.write(bytes, HEAD);
      else envelope.set(bytes, HEAD);
      const key = current.weeks.at(expiresAt);
      envelope.copy(aad, 0, 0, HEAD);
      encryptIn(envelope, key, aad);
      current.weeks.keep(expiresAt, key);
      return envelope.toString("base64url");
    },

    open(seal) {
      const envelope = decodeEnvelope(seal, maxLength);
      if (!envelope) return refused("malformed");
      const place = known.get(keyIdOf(envelope));
      const expiresAt = expiryOf(envelope);
      const key = place ? place.weeks.at(expiresAt) : decoy;
      envelope.copy(aad, 0, 0, HEAD);
      // Everything of the right shape is decrypted, with a decoy if need be, and judged after that: what was
      // wrong shows neither in the work done nor before the seal has proved genuine.
      const bytes = decrypt(envelope, key, aad);
      if (!place) return refused("unknown-key");
      const { keyId, state: keyState } = place;
      if (!bytes) return refused("tampered", keyId);
      place.weeks.keep(expiresAt, key);
      if (clock() >= expiresAt) return refused("expired", keyId);
      const text = unformText(formOf(envelope), bytes);
      return text === undefined
        ? refused("malformed", keyId)
        : { ok: true, text, keyState, keyId, expiresAt };
    },
  };
}

function refused(reason: SealRejection, keyId?: string): Opened {
  return { ok: false, reason, keyId };
}

function tooLong(name: string, bytes: number, size: number, most: number): CookieDeliveryError {
  return new CookieDeliveryError(
    `seal for cookie ${name} has ${size} characters of ${bytes} bytes; at most ${most} may be sent: keep less in it, or compress it`,
  );
}
