import type { ServerResponse } from "node:http";

/**
 * Makes a head that is held count as sent: whoever asks must not write a second one over it, and a status set too late
 * has no effect, as without us. The function returned lifts that.
 */
export function sealHead(response: ServerResponse): () => void {
  const { statusCode } = response;
  const statusMessage = hasStatusMessage(response) ? response.statusMessage : undefined;
  Object.defineProperty(response, "headersSent", { get: () => true, configurable: true });
  return () => {
    delete (response as { headersSent?: boolean }).headersSent;
    response.statusCode = statusCode;
    if (statusMessage !== undefined) response.statusMessage = statusMessage;
  };
}

/** HTTP/2 has none (RFC 9113 section 8.3.2), and Node warns whoever touches it. */
export function hasStatusMessage(response: ServerResponse): boolean {
  return response.req.httpVersionMajor < 2;
}
