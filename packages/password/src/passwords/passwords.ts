/** What a login has to know. */
export type Verification =
  | {
      readonly ok: true;
      /** Store it in place of the old hash: cost, pepper or scheme have changed since. Undefined: nothing to do. */
      readonly upgraded: string | undefined;
    }
  | { readonly ok: false; readonly upgraded?: undefined };

export interface WaitOptions {
  /** Gives up the place in the queue. A hash that is being computed is finished, and its result given. */
  signal?: AbortSignal | undefined;
}

/** Hashes and verifies the passwords of one application. */
export interface Passwords {
  /**
   * The hash to store for a new password: a PHC string of at most 120 characters. Throws a `PasswordError`: `not-text`, `too-short`, `too-long`,
   * `ill-formed`, `rejected`, `busy`, `aborted`, `engine`.
   */
  hash(password: string, options?: WaitOptions): Promise<string>;

  /**
   * Whether this is the password. For a user that does not exist, or has no password, pass `undefined` or `null`: it costs what a wrong password
   * costs. A text that can be nobody's password (too long, half a surrogate pair) is a wrong one. Throws a `PasswordError`: `not-text`,
   * `busy`, `aborted`, `engine`; and, after the same work, `malformed-hash`, `unsupported-hash` or `unknown-pepper` for a row that cannot be verified.
   */
  verify(
    password: string,
    stored: string | null | undefined,
    options?: WaitOptions,
  ): Promise<Verification>;

  /** Whether `verify` would replace this hash, were the password right. Throws as `verify` does for a row that cannot be verified. */
  needsRehash(stored: string): boolean;

  /** The bytes that all hashes at once can take: `concurrency` times `argon2.memoryKiB`, or `maxStoredKiB` if that is more. */
  readonly memoryBound: number;

  /** How many are being computed, and how many wait. */
  readonly load: { readonly running: number; readonly waiting: number };
}
