import type { OwnKey } from "../server/message.ts";

/** What the ledger knows of one session. Counters, not logs: a run has millions of requests. */
export interface Account {
  readonly id: string;
  user: string | undefined;
  /** Updates of the shared counter: acknowledged, of unknown outcome, on their way. */
  acknowledged: number;
  unknown: number;
  updating: number;
  readonly own: Map<OwnKey, OwnValue>;
  /** Every token issued for it, with the login or creation that it goes back to. */
  readonly tokens: Map<string, number>;
  /** Those whose tokens a later login was asked to replace. */
  readonly replaced: Set<number>;
  /** Alive until then at least, if nothing ends it. */
  sureUntil: number;
  /** Expired after that. */
  maybeUntil: number;
  end: End | undefined;
  /** Why it may have ended, or somebody else be logged in, without anybody having been told. */
  doubt: string | undefined;
  /** A request that came with its cookie and was not let in: some end must turn out to be the reason. */
  suspect: { readonly seq: number; readonly text: string } | undefined;
}

export interface OwnValue {
  value: number | undefined;
  /** Set after it, with unknown outcome. */
  unknown: number[];
}

/** The request that ended a session: when it was sent, and when its reply came. */
export interface End {
  readonly reason: string;
  readonly sent: number;
  readonly received: number;
}

export function newAccount(id: string): Account {
  return {
    id,
    user: undefined,
    acknowledged: 0,
    unknown: 0,
    updating: 0,
    own: new Map(),
    tokens: new Map(),
    replaced: new Set(),
    sureUntil: 0,
    maybeUntil: 0,
    end: undefined,
    doubt: undefined,
    suspect: undefined,
  };
}

export function ownOf(account: Account, key: OwnKey): OwnValue {
  let own = account.own.get(key);
  if (own === undefined) {
    own = { value: undefined, unknown: [] };
    account.own.set(key, own);
  }
  return own;
}

/** Whether the key may hold this, `undefined` included. */
export function mayBe({ value, unknown }: OwnValue, found: number | undefined): boolean {
  return found === value || (found !== undefined && unknown.includes(found));
}

/** The id is a token's first half. */
export function idOf(token: string): string {
  return token.slice(0, token.indexOf("."));
}
