import { CrossOriginError } from "../errors.ts";
import type { TokenRejection } from "../events.ts";
import { chain, type MaybePromise } from "../promise.ts";
import { headerOf, type SessionRequest } from "../request/request.ts";
import type { SessionId } from "../token/token.ts";
import type { Core } from "./core.ts";
import type { Finding } from "./strategy.ts";
import { tellEnded } from "./tell.ts";

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

/**
 * A token that was rotated away has come back after its grace: two parties hold this session, and which is the thief cannot be told. Both are
 * put out by `end` (RFC 9700 section 4.14.2 says the same of refresh tokens), unless the same request has a good token of the session: then it is
 * a leftover, as of a cookie of another Path.
 */
export function reused(
  core: Core,
  id: SessionId,
  userId: string | null,
  end: () => MaybePromise<boolean>,
): Finding {
  const condemn = () =>
    chain(end(), (existed) => {
      if (!existed) return;
      core.events.emit("reuse-detected", { id, userId: userId ?? undefined });
      tellEnded(core, [id], "reused");
    });
  return { reuse: { id, condemn } };
}
