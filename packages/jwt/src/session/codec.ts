import { CookieDeliveryError } from "@coatcheck/core";
import { knownOptions, mustBeText } from "../config.ts";
import { generateJwk } from "../keys/generate.ts";
import { importJwk } from "../keys/import.ts";
import { type JwtKeyInput, type JwtKeyOptions, type RingKey, sessionRing } from "../keys/ring.ts";
import { isEncryptedForm, isSignedForm } from "../token/form.ts";
import type { CodecContext, CodecRejection, DecodedToken, TokenCodec } from "../token-storage.ts";
import { hasWholeNumbers, readClaims, writeClaims } from "./claims.ts";
import { type Seal, sealOf } from "./seal.ts";

/** How sessions become JSON Web Tokens. */
export interface JwtCodecOptions {
  /** One key or several with their states. All sign (`EdDSA`, `Ed25519`, `ES256`; or `HS256`), or all encrypt (`A256KW`). */
  readonly keys: JwtKeyInput | JwtKeyOptions;
  /** Who makes the tokens, as `"https://shop.example.com"`: the claim `iss`. Others are not opened. */
  readonly issuer: string;
  /**
   * Whom they are for, as `"https://shop.example.com/sessions"`: the claim `aud`. Others are not opened. Not the audience of an API: a library that
   * looks at `iss` and `aud` alone would take a session for an access token.
   */
  readonly audience: string;
}

/** So far may the clocks of two of our machines be apart: a token of the future is taken for one of another machine, for so long. */
const SKEW_MS = 60_000;

interface Place {
  readonly kid: string;
  readonly state: RingKey["state"];
  readonly seal: Seal;
}

/**
 * Sessions in JSON Web Tokens: give it to a token storage as `codec`. All that is wrong with keys and names shows here, not at the first request.
 *
 * @throws SessionConfigError
 */
export function jwtCodec(options: JwtCodecOptions): (context: CodecContext) => TokenCodec {
  knownOptions(options, "", ["keys", "issuer", "audience"]);
  return codecFor(options, "");
}

/** `path` is what errors put before the names of the options. */
export function codecFor(
  options: JwtCodecOptions,
  path: "" | "storage.",
): (context: CodecContext) => TokenCodec {
  const { keys, issuer, audience } = options;
  mustBeText(`${path}issuer`, issuer, "https://shop.example.com");
  mustBeText(`${path}audience`, audience, "https://shop.example.com/sessions");
  const ring = sessionRing(keys, `${path}keys`);
  return (context) => codecOf(ring, { issuer, audience }, context);
}

function codecOf(
  ring: readonly [RingKey, ...RingKey[]],
  names: { issuer: string; audience: string },
  { cookieName, maxLength, clock, random }: CodecContext,
): TokenCodec {
  const binding = { ...names, cookieName };
  const places = ring.map(
    ({ key, state }): Place => ({ kid: key.kid, state, seal: sealOf(key, cookieName) }),
  );
  const known = new Map(places.map((place) => [place.seal.head, place]));
  const current = (places[0] as Place).seal;
  const decoy = sealOf(importJwk("decoy", generateJwk(ring[0].key.alg)), cookieName);
  const hasForm = ring[0].key.alg === "A256KW" ? isEncryptedForm : isSignedForm;
  const isWellFormed = (text: string) => text.length <= maxLength && hasForm(text);

  return {
    isWellFormed,

    async encode(session) {
      const jti = Buffer.from(random(16)).toString("base64url");
      const iat = Math.floor(clock() / 1000);
      // It would never open again, and every session be lost without a word.
      if (!hasWholeNumbers(session, iat)) {
        throw new RangeError("times must be whole milliseconds since the epoch: look at the clock");
      }
      const claims = writeClaims(session, { jti, iat }, binding);
      const token = await current.make(claims);
      // It is opened by nothing but this very header, so a library that spells it otherwise must not go unnoticed.
      if (!token.startsWith(`${current.head}.`)) throw new Error("the token has another header");
      if (token.length > maxLength) {
        throw new CookieDeliveryError(
          `token for cookie ${cookieName} has ${token.length} characters of ${Buffer.byteLength(claims)} bytes; ` +
            `at most ${maxLength} may be sent: keep less in the session`,
        );
      }
      return token;
    },

    async decode(token) {
      if (!isWellFormed(token)) return refused("malformed");
      const end = token.indexOf(".");
      const head = token.slice(0, end);
      const place = known.get(head);
      // What names no key of ours is tried with a decoy, and judged after that: it costs what a forgery costs.
      const bytes = await (place?.seal ?? decoy).open(token.slice(end + 1));
      if (!place) return refusedHead(head, places);
      const { kid, state } = place;
      if (!bytes) return refused("tampered", kid);
      const read = readClaims(bytes, binding);
      if (read === "foreign") return refused("tampered", kid);
      if (!read) return refused("malformed", kid);
      const now = clock();
      if (read.iat * 1000 - SKEW_MS > now) return refused("early", kid);
      if (now >= read.session.expiresAt) return refused("expired", kid);
      return { ok: true, session: read.session, ...(state === "older" && { olderKey: kid }) };
    },
  };
}

/** Why a header is none of ours. It has not been authenticated, so that only tells what an event says. */
function refusedHead(head: string, places: readonly Place[]): DecodedToken {
  const kid = kidOf(head);
  if (typeof kid !== "string") return refused("malformed");
  return places.some((place) => place.kid === kid)
    ? refused("tampered", kid)
    : refused("unknown-key");
}

function kidOf(head: string): unknown {
  try {
    return (JSON.parse(Buffer.from(head, "base64url").toString()) as { kid?: unknown } | null)?.kid;
  } catch {
    return;
  }
}

function refused(reason: CodecRejection, keyId?: string): DecodedToken {
  return { ok: false, reason, ...(keyId !== undefined && { keyId }) };
}
