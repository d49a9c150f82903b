/**
 * Another scheme's hashes, for as long as there are some. They are only verified: what replaces them is argon2id. Write one for
 * what your application has stored so far.
 */
export interface HashScheme {
  /** In error messages, as `"bcrypt"`. */
  readonly name: string;
  /**
   * The hash, if it is one of this scheme's; undefined leaves it to the next scheme. `"malformed"`: it looks like one and is none.
   * `"too-costly"`: no server should do that much work for a row. Cheap, and never throws.
   */
  read(stored: string): ForeignHash | "malformed" | "too-costly" | undefined;
}

/** One stored hash of another scheme. */
export interface ForeignHash {
  /** KiB that it takes to verify. */
  readonly memoryKiB: number;
  /** Whether this is the password, which comes as it was typed: no other system is known to have normalised it. Compares in constant time. */
  verify(password: string): Promise<boolean>;
}
