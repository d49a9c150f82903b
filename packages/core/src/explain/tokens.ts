import type { TokenRejection } from "../events.ts";
import type { SecretMatch } from "../session/secrets.ts";
import type { SessionId } from "../token/token.ts";
import type { NamedTransport, Transport } from "../transport/transport.ts";
import type { Fact } from "./explanation.ts";
import type { Trace } from "./trace.ts";

/** What a token was worth. Those of the event `token-rejected`, and more. */
export type TokenCode =
  | TokenRejection
  /** The request brought none. */
  | "none"
  /** Nobody looked at it: the request was refused, or the store failed. */
  | "unjudged"
  /** The session is there, and the secret is none of its. */
  | "mismatched"
  /** Rotated away and back after its grace: the session was ended. */
  | "reused"
  /** The same, beside a good one of the same session: left alone. */
  | "leftover"
  /** Good, and another one of the same session is newer. */
  | "spare"
  | "current"
  | "pending"
  | "grace"
  /** A remember-me token, exchanged for the session and the next one. */
  | "remembered";

export interface TokenFact extends Fact<TokenCode> {
  /** How it came: `"cookie"`, `"bearer"`, `"header x-session"`. */
  readonly by: string | undefined;
  /** The session that it names, if it names one. */
  readonly id: SessionId | undefined;
}

/** A token as it came, without itself. */
export interface ArrivedToken {
  readonly by: Transport;
  readonly wellFormed: boolean;
  id?: SessionId | undefined;
  match?: SecretMatch | undefined;
  rejected?: TokenRejection;
  /** It was rotated away long ago. */
  reuse?: boolean;
  /** Its session was ended for that. */
  condemned?: boolean;
}

const SAYS: Readonly<Record<TokenCode, string>> = {
  none: "brought no token",
  malformed: "has no form that a token of this manager can have, so it was not looked up",
  unknown: "names no session that lives: it has expired, has ended, or never was",
  mismatched: "names a session that lives, and its secret is none of that session's",
  superseded: "is of before a login or a new session, which has replaced it",
  ambiguous: "is good, and so is one of another session: two are nobody's",
  tampered: "was changed, or made for another purpose or cookie",
  "unknown-key": "is sealed under a key that this manager does not have",
  expired: "is genuine and has expired",
  early: "is genuine and of the future: the clocks of two machines differ",
  revoked: "is genuine and its session has ended",
  reused: "was rotated away and came back after its grace: taken for theft, the session was ended",
  leftover: "was rotated away long ago and came beside a good one: it was left alone",
  spare: "is good, and a newer one of the same session was used",
  unjudged: "was not looked at",
  current: "is the session's current one",
  pending: "is the one that a rotation issued, presented for the first time",
  grace: "was rotated away a moment ago and is honoured for requests in flight",
  remembered: "is a remember-me token, which was exchanged for the session and the next one",
};

export function tokensOf(trace: Trace): readonly TokenFact[] {
  const { tokens, cookieName, unit } = trace;
  const { opened, resumed } = unit ?? {};
  if (resumed) {
    const by = "remember-me cookie";
    const says = `The token by ${by} ${SAYS.remembered}.`;
    return [...judged(), { code: "remembered", by, id: opened?.record.id, says }];
  }
  if (tokens.length > 0) return judged();
  return [{ code: "none", by: undefined, id: undefined, says: `The request ${SAYS.none}.` }];

  function judged(): TokenFact[] {
    const chosen = chosenOf(trace);
    return tokens.map((token) => {
      const by = nameOf(token.by);
      const code = codeOf(token, chosen);
      const way = by === "cookie" ? `cookie ${cookieName}` : by;
      return { code, by, id: token.id, says: `The token by ${way} ${SAYS[code]}.` };
    });
  }
}

/** The one that opened the session. */
export function chosenOf({ tokens, unit }: Trace): ArrivedToken | undefined {
  const { opened, match, transport } = unit ?? {};
  if (!opened) return undefined;
  return tokens.find(
    (it) => it.by === transport && it.match === match && it.id === opened.record.id,
  );
}

export function nameOf(transport: Transport): string {
  return (transport as Partial<NamedTransport>).name ?? "cookie";
}

function codeOf(token: ArrivedToken, chosen: ArrivedToken | undefined): TokenCode {
  const { wellFormed, rejected, match, reuse, condemned } = token;
  if (!wellFormed) return "malformed";
  if (reuse) return condemned || !chosen ? "reused" : "leftover";
  if (rejected === "unknown" && match === "unknown") return "mismatched";
  if (rejected) return rejected;
  if (match === undefined) return "unjudged";
  return token === chosen || !chosen ? match : "spare";
}
