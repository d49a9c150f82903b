/** Every reason for which this package throws, beside `SessionConfigError` at construction. The set is closed: `switch (error.code)` narrows. */
export type PasswordErrorCode =
  /** The password is no string: a form without the field, or with two of them. Status 400. */
  | "not-text"
  /** A new password with fewer characters than `length.min`. Status 422. */
  | "too-short"
  /** A new password with more characters than `length.max`. Status 422. */
  | "too-long"
  /** A new password that is no Unicode text: half of a surrogate pair. Status 422. */
  | "ill-formed"
  /** `check` refused the new password; the message is its reason. Status 422. */
  | "rejected"
  /** `maxQueue` calls are waiting already. Status 503, and `retryAfter` says when to come again. */
  | "busy"
  /** The call's `signal` aborted before its turn came; `cause` is the signal's reason. Status 503. */
  | "aborted"
  /** The stored hash is damaged: cut off by a short column, say. Status 500. */
  | "malformed-hash"
  /** The stored hash is of a scheme that is not accepted, or costs more than it may. Status 500. */
  | "unsupported-hash"
  /** The stored hash needs a pepper that is not there. Status 500. */
  | "unknown-pepper"
  /** The hash function itself failed; `cause` is its error. Status 500. */
  | "engine";

const STATUS: Record<PasswordErrorCode, number> = {
  "not-text": 400,
  "too-short": 422,
  "too-long": 422,
  "ill-formed": 422,
  rejected: 422,
  busy: 503,
  aborted: 503,
  "malformed-hash": 500,
  "unsupported-hash": 500,
  "unknown-pepper": 500,
  engine: 500,
};

/** The one error of a request. No message or property holds a password, a pepper or a hash. `status` and `statusCode` are what frameworks answer with. */
export class PasswordError extends Error {
  declare readonly code: PasswordErrorCode;
  /** HTTP status that fits. */
  declare readonly status: number;
  declare readonly statusCode: number;
  /** Whether the message may be shown to the client (Koa and Express read it). */
  declare readonly expose: boolean;
  /** Whole seconds for `Retry-After`: when those who wait now will have been served. `busy` has it. */
  declare readonly retryAfter?: number;

  /** @internal */
  constructor(
    code: PasswordErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfter?: number },
  ) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = STATUS[code];
    this.statusCode = this.status;
    this.expose = this.status < 500;
    if (options?.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}
