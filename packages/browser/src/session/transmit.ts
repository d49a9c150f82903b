import type { Access } from "./access.ts";

const SAFE = /^(GET|HEAD|OPTIONS)$/;

/** Sends a request to the own origin, with all that goes along. */
export type Transmit = (request: Request) => Promise<Response>;

/** With the CSRF token and the access token; once more with another one after a 401, and not a third time. */
export function transmitter(
  send: Transmit,
  csrf: (() => string | undefined) | undefined,
  tokens: Access | undefined,
): Transmit {
  return async (request) => {
    const csrfToken = SAFE.test(request.method) ? undefined : csrf?.();
    if (csrfToken) request.headers.set("x-csrf-token", csrfToken);
    const token = await tokens?.current();
    if (!token) return send(request);
    // Before it is sent: a body can be read once.
    const again = request.clone();
    request.headers.set("authorization", `Bearer ${token}`);
    const response = await send(request);
    const next = response.status === 401 && (await tokens?.renew(token));
    if (!next || next === token) return response;
    again.headers.set("authorization", `Bearer ${next}`);
    return send(again);
  };
}
