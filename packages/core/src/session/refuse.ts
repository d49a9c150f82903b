import { CrossOriginError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { headerOf, type SessionRequest } from "../request/request.ts";

/** Refuses a cross-origin request, and says so. */
export function refuse({ method = "", headers }: SessionRequest, events: EventHub): never {
  events.emit("cross-origin-refused", { method, origin: headerOf(headers, "origin") });
  throw new CrossOriginError();
}
