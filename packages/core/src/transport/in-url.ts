import type { SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { SessionUnit } from "../session/unit.ts";
import { hasParameter } from "./parameter.ts";

/** What a manager does beside its other work where something secret may stand in a URL. */
export interface InUrl {
  /** What every response to such a request carries: also one that fails, or that nobody loaded a session for. */
  secrecy(request: SessionRequest): readonly HeaderPair[];
  /** The same, with what a commit adds. */
  headers(request: SessionRequest): readonly HeaderPair[];
  /** The status for a request that is answered in place of the application. */
  answerTo(request: SessionRequest): number | undefined;
  handOff(unit: SessionUnit, url: string | URL): Promise<string>;
}

/**
 * A URL is a poor place for a secret: it goes along in Referer headers and stays in caches (RFC 6750 section 5.3). Forced, whatever the
 * application says.
 */
const SECRECY: readonly HeaderPair[] = [
  ["referrer-policy", "no-referrer"],
  ["cache-control", "no-store"],
];

export function secrecyOf({ url }: SessionRequest, name: string): readonly HeaderPair[] {
  return hasParameter(url, name) ? SECRECY : [];
}
