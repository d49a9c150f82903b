import type { Clock } from "../clock.ts";
import { MAX_COOKIE } from "../cookie/policy.ts";
import type { Random } from "../random.ts";
import type { KeyRing } from "../sealed/key-ring.ts";
import { type Opened, sealer } from "../sealed/sealer.ts";
import type { CookieDefinition } from "./definition.ts";
import { decodeValue, encodeValue, parseJson } from "./encoding.ts";
import type { CookieRejection } from "./events.ts";
import { type Signer, signer } from "./signer.ts";
import { acceptedValue } from "./value.ts";

/** A value that came and is good. `key` tells of the one that it was protected with. */
export interface Accepted {
  readonly ok: true;
  readonly value: unknown;
  readonly protection?: Opened & { readonly ok: true };
}

export type Judged =
  | Accepted
  | { readonly ok: false; readonly reason: CookieRejection; readonly keyId: string | undefined };

/** A cookie with all that it takes to write and read it. Made once, as keys are derived. */
export interface Place {
  readonly definition: CookieDefinition;
  /** The text of a checked value. */
  encode(value: unknown, expiresAt: number): string;
  /** Never throws, whatever arrives. */
  judge(text: string): Judged;
}

interface Tools {
  readonly ring: KeyRing | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export function placeOf(definition: CookieDefinition, tools: Tools): Place {
  const { name } = definition;
  const longest = MAX_COOKIE - name.length;
  const protect = protectionOf(definition, tools);
  return {
    definition,

    encode(value, expiresAt) {
      // What is sealed needs no alphabet.
      const text = definition.protection === "seal" ? JSON.stringify(value) : encodeValue(value);
      return protect === undefined ? text : protect.sign(text, expiresAt);
    },

    judge(text) {
      if (text.length > longest) return refused("malformed");
      const opened = protect?.verify(text);
      if (opened && !opened.ok) return opened;
      const plain = opened?.text ?? text;
      const decoded = definition.protection === "seal" ? parseJson(plain) : decodeValue(plain);
      if (decoded === undefined) return refused("malformed", opened?.keyId);
      const value = acceptedValue(definition, decoded);
      if (value === undefined) return refused("invalid", opened?.keyId);
      return opened ? { ok: true, value, protection: opened } : { ok: true, value };
    },
  };
}

const PURPOSE = "cookie";

function protectionOf(
  { name, protection, form }: CookieDefinition,
  { ring, clock, random }: Tools,
): Signer | undefined {
  if (protection === "none" || ring === undefined) return undefined;
  const options = { purpose: PURPOSE, cookieName: name, clock };
  if (protection === "sign") return signer(ring, options);
  const { seal, open } = sealer(ring, { ...options, ...form, random });
  return { sign: seal, verify: open };
}

function refused(reason: CookieRejection, keyId?: string): Judged {
  return { ok: false, reason, keyId };
}
