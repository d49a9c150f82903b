import type { SessionId } from "../token/token.ts";
import { type CachingFact, cachingOf } from "./caching.ts";
import { type DecisionCode, decisionOf } from "./decision.ts";
import { type DeedFact, deedsOf } from "./deeds.ts";
import { printable } from "./printable.ts";
import { type ResponseFact, responseOf } from "./response.ts";
import { type TokenFact, tokensOf } from "./tokens.ts";
import type { Step, Trace } from "./trace.ts";

/** One thing that is so: a code for machines, one sentence for people. */
export interface Fact<Code extends string> {
  readonly code: Code;
  readonly says: string;
}

/**
 * What became of one request's session, and why. Plain data: ids, codes, names of keys and sentences; never a token, never a value.
 * `String(explanation)` is one line for a log.
 */
export interface Explanation {
  readonly method: string | undefined;
  /** The session that the request has in the end. `undefined`: none is stored. */
  readonly session: SessionId | undefined;
  /** Each token that the request brought, in the order in which they were looked at; or that it brought none. */
  readonly tokens: readonly TokenFact[];
  /** What the handlers did. */
  readonly deeds: readonly DeedFact[];
  /** What was decided for the store. */
  readonly decision: Fact<DecisionCode>;
  /** What the response tells the client, and why. */
  readonly response: ResponseFact;
  /** The headers for caches, and why. */
  readonly caching: readonly CachingFact[];
  /** All of it in sentences, one a line of a page. Not part of its JSON. */
  readonly sentences: readonly string[];
  toString(): string;
}

/** What is known after a commit, or without one of what was opened. */
export function explanationOf(trace: Trace, step: Step | undefined): Explanation {
  const { unit, request, failure } = trace;
  const facts = {
    method: request.method,
    session: unit?.loaded?.record.id,
    tokens: tokensOf(trace),
    deeds: step ? deedsOf(step) : [],
    decision: decisionOf(trace, step),
    response: responseOf(trace, step),
    caching: cachingOf(trace, step),
  };
  const { method, session, tokens, deeds, decision, response, caching } = facts;
  const about = [method && printable(method), session && `session ${session}`]
    .filter(Boolean)
    .join(", ");
  const sentences = [
    ...(about ? [`${about}:`] : []),
    ...[...tokens, ...deeds, decision, response, ...(failure ? [] : caching)].map(
      ({ says }) => says,
    ),
  ];
  const hidden = (value: unknown) => ({ value, enumerable: false });
  return Object.defineProperties(facts, {
    sentences: hidden(sentences),
    toString: hidden(() => sentences.join(" ")),
  }) as unknown as Explanation;
}
