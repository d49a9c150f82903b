import { hmac } from "../digest.ts";
import type { Random } from "../random.ts";
import type { Beginning, Secret, SessionId } from "../token/token.ts";

/**
 * What the session begins with that a remember-me token brings back. It is derived, not drawn, so that the requests of a browser that opens many pages
 * at once hand it one and the same session token: all have the same next remember-me token. The client knows that one's secret and the server alone the lineage,
 * so neither can be told from what the other side keeps.
 */
export function succession(id: SessionId, next: Secret, lineage: string): Beginning {
  return {
    id,
    seed: hmac(next, `coatcheck resumed session ${id}`),
    lineage: hmac(lineage, `coatcheck resumed session ${next}`),
  };
}

/**
 * The version with which a record begins whose id was used before: whoever saw the one of before must not take this one for it. Between 2^10 and 2^29, where
 * no count of updates gets and `migratingStore` has no marks of its own.
 */
export function firstVersion(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return 2 ** 10 + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 4) % 2 ** 28);
}
