import type { TokenStorage } from "../session/strategy.ts";
import type { CodecContext, TokenCodec } from "../stateless/codec.ts";
import { type TokenStorageOptions, tokenStorage } from "../stateless/storage.ts";
import type { FormOptions } from "./form.ts";
import { type KeyOptions, type KeyRing, keyRing } from "./key-ring.ts";
import { sealer } from "./sealer.ts";
import { sessionOf, sessionText } from "./text.ts";

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
  return {
    isWellFormed,
    encode: (session) => seal(sessionText(session), session.expiresAt),
    decode(token) {
      const opened = open(token);
      if (!opened.ok) return opened;
      const { text, keyId, keyState, expiresAt } = opened;
      const session = sessionOf(text, expiresAt);
      if (!session) return { ok: false, reason: "malformed", keyId };
      return { ok: true, session, olderKey: keyState === "older" ? keyId : undefined };
    },
  };
}
