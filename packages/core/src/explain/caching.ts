import type { Fact } from "./explanation.ts";
import type { Step, Trace } from "./trace.ts";

/** Why a response says what it says to caches. */
export type CachingCode =
  /** It brings a token, or takes one away. */
  | "tells-token"
  /** A handler looked at the session. */
  | "looked"
  /** Something secret may stand in the URL. */
  | "secret-url"
  /** Nothing of the response depends on the session. */
  | "independent";

export interface CachingFact extends Fact<CachingCode> {
  /** `"cache-control"` or `"vary"`; `undefined` where neither was needed. */
  readonly header: "cache-control" | "vary" | undefined;
  readonly value: string | undefined;
}

export function cachingOf(
  { unit, failure }: Trace,
  step: Step | undefined,
): readonly CachingFact[] {
  if (!step || !unit || failure || step.failure) return [];
  const secretUrl = step.headers.some(([name]) => name === "referrer-policy");
  const told = step.headers.some(([name]) => name === "cache-control");
  const facts: CachingFact[] = [];
  if (secretUrl || told) {
    const why = secretUrl
      ? "the URL may hold something secret"
      : "the response is for this client alone";
    facts.push({
      header: "cache-control",
      value: "no-store",
      code: secretUrl ? "secret-url" : "tells-token",
      says: `Cache-Control: no-store, since ${why}.`,
    });
  }
  const vary = step.headers.filter(([name]) => name === "vary").map(([, value]) => value);
  if (vary.length > 0) {
    const value = vary.join(", ");
    const why = step.looked
      ? "the handler looked at the session"
      : "another token makes another response";
    facts.push({
      header: "vary",
      value,
      code: step.looked ? "looked" : "tells-token",
      says: `Vary: ${value}, since ${why}.`,
    });
  }
  if (facts.length > 0) return facts;
  const says = "No Cache-Control and no Vary: the response does not depend on the session.";
  return [{ header: undefined, value: undefined, code: "independent", says }];
}
