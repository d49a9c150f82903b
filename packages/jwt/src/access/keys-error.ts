/** The issuer's keys could not be fetched, or are none. Nothing is known of the token: answer with `status`, 503. */
export class AccessKeysError extends Error {
  readonly code = "access-keys";
  readonly status = 503;
  readonly statusCode = 503;

  constructor(cause: unknown) {
    super("the issuer's keys could not be had: see the cause", { cause });
    this.name = "AccessKeysError";
  }
}
