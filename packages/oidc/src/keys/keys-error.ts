/** The provider's keys, or its metadata, could not be had. Nothing is known of the token: answer with `status`, 503. */
export class ProviderKeysError extends Error {
  readonly code = "provider-down";
  readonly status = 503;
  readonly statusCode = 503;

  constructor(cause: unknown) {
    super("the provider's keys could not be had: see the cause", { cause });
    this.name = "ProviderKeysError";
  }
}
