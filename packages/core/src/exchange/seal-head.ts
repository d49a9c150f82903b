import type { ServerResponse } from "node:http";

/** Of a response: whether its head is held just now. */
const HELD = Symbol("coatcheck.held");

type Sealable = ServerResponse & { [HELD]?: boolean };

/** One for all responses, and never deleted: else V8 keeps all of a response's properties in a table, some kilobytes of it. */
const headersSent = {
  configurable: true,
  get(this: Sealable): boolean {
    if (this[HELD]) return true;
    // Asked may be what inherits from the response.
    let response: object = this;
    while (!Object.hasOwn(response, HELD)) response = Object.getPrototypeOf(response);
    return Reflect.get(Object.getPrototypeOf(response), "headersSent", this);
  },
};

/**
 * Makes a head that is held count as sent: whoever asks must not write a second one over it, and a status set too late
 * has no effect, as without us. The function returned lifts that.
 */
export function sealHead(response: Sealable): () => void {
  const { statusCode } = response;
  const statusMessage = hasStatusMessage(response) ? response.statusMessage : undefined;
  const own = Object.getOwnPropertyDescriptor(response, "headersSent");
  Object.defineProperty(response, "headersSent", headersSent);
  response[HELD] = true;
  return () => {
    response[HELD] = false;
    // As a response has that was made for a test.
    if (own) Object.defineProperty(response, "headersSent", own);
    response.statusCode = statusCode;
    if (statusMessage !== undefined) response.statusMessage = statusMessage;
  };
}

/** HTTP/2 has none (RFC 9113 section 8.3.2), and Node warns whoever touches it. */
export function hasStatusMessage(response: ServerResponse): boolean {
  return response.req.httpVersionMajor < 2;
}
