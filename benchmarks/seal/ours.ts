import { systemRandom } from "../../packages/core/src/random.ts";
import { generateKey } from "../../packages/core/src/sealed/key.ts";
import { keyRing } from "../../packages/core/src/sealed/key-ring.ts";
import { type Opened, type SealerOptions, sealer } from "../../packages/core/src/sealed/sealer.ts";
import { sealedCodec } from "../../packages/core/src/sealed/storage.ts";
import { sessionText } from "../../packages/core/src/sealed/text.ts";
import type { CarriedSession, DecodedToken } from "../../packages/core/src/stateless/codec.ts";
import type { SessionId } from "../../packages/core/src/token/token.ts";
import { damageText, proven, type Subject } from "./proven.ts";

const EXPIRES = Date.now() + 3_600_000;

/** Our seal, from text to text. */
export function ours(
  text: string,
  name: string,
  options: Partial<SealerOptions> = {},
): Promise<Subject> {
  const it = make("__Host-id", generateKey(), options);
  const sealing = {
    name: `Coatcheck${name}`,
    seal: () => it.seal(text, EXPIRES),
    open: (seal: string) => it.open(seal),
    read: (opened: Opened) => (opened.ok ? opened.text : undefined),
    damage: damageText,
  };
  return proven(sealing, text);
}

/** With what the peers do as well: the session is spelled for each seal and parsed after each opening. */
export function oursWithJson(text: string): Promise<Subject> {
  const session: unknown = JSON.parse(text);
  const it = make("__Host-id", generateKey());
  const sealing = {
    name: "Coatcheck, JSON included",
    seal: () => it.seal(JSON.stringify(session), EXPIRES),
    open: (seal: string): unknown => {
      const opened = it.open(seal);
      return opened.ok ? JSON.parse(opened.text) : undefined;
    },
    read: (opened: unknown) => opened,
    damage: damageText,
  };
  return proven(sealing, session);
}

/** What the storage does: a session of which id, user and times are spelled beside the data, `size` bytes in all. */
export function oursWhole(size: number): Promise<Subject> {
  const context = {
    cookieName: "__Host-id",
    maxLength: 4087,
    clock: Date.now,
    random: systemRandom,
  };
  const codec = sealedCodec(keyRing(generateKey()), {}, context);
  const now = Date.now();
  const blank: CarriedSession = {
    id: "AAAAAAAAAAAAAAAAAAAAAA" as SessionId,
    epoch: 2,
    since: now,
    userId: "user-48213",
    createdAt: now - 60_000,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: EXPIRES,
    endsAt: now + 12 * 3_600_000,
    data: "",
  };
  const data = { cart: "x".repeat(size - sessionText(blank).length - `{"cart":""}`.length) };
  const sealing = {
    name: `Coatcheck, a whole session of ${size} bytes`,
    seal: () => codec.encode({ ...blank, data: JSON.stringify(data) }) as string,
    open: (seal: string): unknown => {
      const opened = codec.decode(seal) as DecodedToken;
      return opened.ok ? JSON.parse(opened.session.data) : undefined;
    },
    read: (opened: unknown) => opened,
    damage: damageText,
  };
  return proven(sealing, data);
}

/** What a refusal costs: each ends at another line, and should take the same. */
export function refusals(text: string): Subject[] {
  const key = generateKey();
  const it = make("a", key);
  const good = it.seal(text, EXPIRES);
  const seals = {
    "genuine, for comparison": good,
    "one character changed": damageText(good),
    "another cookie's": make("b", key).seal(text, EXPIRES),
    "unknown key": make("a", generateKey()).seal(text, EXPIRES),
    expired: it.seal(text, Date.now() - 1),
    "not base64url": `${good.slice(0, -1)}=`,
  };
  return Object.entries(seals).map(([name, seal]) => ({
    name,
    seal: () => undefined,
    open: () => it.open(seal),
  }));
}

function make(cookieName: string, key: string, options: Partial<SealerOptions> = {}) {
  return sealer(keyRing(key), { purpose: "session", cookieName, ...options });
}
