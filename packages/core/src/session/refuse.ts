import { CrossOriginError } from "../errors.ts";
import type { TokenRejection } from "../events.ts";
import { headerOf, type SessionRequest } from "../request/request.ts";
import type { SessionId } from "../token/token.ts";
import type { Core } from "./core.ts";
import type { Finding } from "./strategy.ts";

/** Refuses a cross-origin request, and says so. */
export function refuse({ events }: Core, { method = "", headers }: SessionRequest): never {
  events.emit("cross-origin-refused", { method, origin: headerOf(headers, "origin") });
  throw new CrossOriginError();
}

/** Treats a token as absent, and says so. */
export function reject(
  { events }: Core,
  id: SessionId | undefined,
  reason: TokenRejection,
  keyId?: string,
): Finding {
  events.emit("token-rejected", { id, reason, ...(keyId && { keyId }) });
  return {};
}
