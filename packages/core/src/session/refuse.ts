import { CrossOriginError } from "../errors.ts";
import { headerOf, type SessionRequest } from "../request/request.ts";
import type { Core } from "./core.ts";

/** Refuses a cross-origin request, and says so. */
export function refuse({ events }: Core, { method = "", headers }: SessionRequest): never {
  events.emit("cross-origin-refused", { method, origin: headerOf(headers, "origin") });
  throw new CrossOriginError();
}
