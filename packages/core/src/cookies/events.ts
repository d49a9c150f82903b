import type { KeyState } from "../sealed/key-ring.ts";
import type { SealRejection } from "../sealed/sealer.ts";
import type { ConsentCategory } from "./category.ts";

/** Why a cookie that came was treated as absent. */
export type CookieRejection =
  | SealRejection
  /** The schema refuses it, or it has none and is no string. */
  | "invalid"
  /** Two genuine values came, and nothing tells which one is right. */
  | "ambiguous";

/** What `cookies.events` tells. No event ever holds a value. Also on `node:diagnostics_channel`, as `coatcheck:<name>`. */
export interface CookieEvents {
  /** A cookie was treated as absent. `keyId` only of a key on the ring. */
  "cookie-rejected": {
    readonly name: string;
    readonly reason: CookieRejection;
    readonly keyId: string | undefined;
  };
  /** A genuine cookie came under a key that is not the current one: an `"older"` one may leave the ring when this ends. */
  "cookie-key": { readonly name: string; readonly keyId: string; readonly state: KeyState };
  /** A visitor decided. What is granted from now on, for a register of consents if the law asks for one. */
  "consent-decided": {
    readonly granted: readonly ConsentCategory[];
    readonly version: string;
    readonly at: number;
  };
}
