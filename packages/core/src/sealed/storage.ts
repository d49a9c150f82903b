import type { TokenStorage } from "../session/strategy.ts";
import type { CodecContext, TokenCodec } from "../stateless/codec.ts";
import { type TokenStorageOptions, tokenStorage } from "../stateless/storage.ts";
import { spellKeyId } from "./derive.ts";
import type { FormOptions } from "./form.ts";
import { type KeyOptions, type KeyRing, keyRing, type RingKey } from "./key-ring.ts";
import { KnownSeals } from "./known-seals.ts";
import { sealer } from "./sealer.ts";
import { sessionText } from "./text.ts";

export interface SealedOptions extends TokenStorageOptions, FormOptions {
  /** A key of `generateKey()` or `npx coatcheck keygen`, or several with their places in life: `{ current, next, older }`. */
  keys: string | KeyOptions | undefined;
}

/**
 * Keeps the whole session in its cookie, encrypted and authenticated (AES-256-GCM), so that the server keeps nothing but what
 * `revocation` has to remember. Two requests at the same time each make a cookie of their own, of which the browser
 * keeps the last: what must not be lost belongs into a store.
 *
 * Throws a `SessionConfigError` for a key that is not 32 random bytes, and where `revocation` is left out.
 */
export function sealed(options: SealedOptions): TokenStorage {
  const { keys, padTo, compressFrom, ...rest } = options ?? {};
  const ring = keyRing(keys, "storage.keys");
  return tokenStorage(rest, (context) => sealedCodec(ring, { padTo, compressFrom }, context));
}

/** Sessions as seals. */
export function sealedCodec(
  ring: KeyRing,
  form: FormOptions,
  { cookieName, maxLength, clock, random }: CodecContext,
): TokenCodec {
  const { seal, open, isWellFormed } = sealer(ring, {
    ...form,
    purpose: "session",
    cookieName,
    maxLength,
    clock,
    random,
  });
  // One for each codec, since what opens a seal is the codec's: its keys and the cookie's name.
  const known = new KnownSeals(open);
  const keyId = spellKeyId((ring.keys()[0] as RingKey).id);
  return {
    isWellFormed,
    encode(session) {
      const { expiresAt } = session;
      const text = sessionText(session);
      const token = seal(text, expiresAt);
      known.add(token, clock(), { text, keyId, keyState: "current", expiresAt });
      return token;
    },
    decode: (token) => known.decode(token, clock()),
  };
}
