/** A login under way, as the browser that began it keeps it, sealed. */
export interface Transaction {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Seconds; what the provider was asked for. */
  readonly maxAge?: number | undefined;
  /** Nothing was to be shown: that nobody is signed in is an answer too. */
  readonly silent?: true | undefined;
}

/** How long a login may take, in milliseconds. */
export const LIFETIME = 10 * 60 * 1000;

/** How many may be under way in one browser: each is a cookie, and request headers have their limits. */
export const MOST = 4;

/** What a seal of ours held: never anything else, but an older version may have written it. */
export function transactionIn(text: string): Transaction | undefined {
  const value = JSON.parse(text) as Partial<Transaction>;
  const { state, nonce, verifier, returnTo, createdAt } = value;
  const whole = [state, nonce, verifier, returnTo].every((it) => typeof it === "string");
  return whole && typeof createdAt === "number" ? (value as Transaction) : undefined;
}
