import type { SessionRequest } from "../request/request.ts";
import { mustBeOnce } from "./once.ts";
import type { NamedTransport } from "./transport.ts";

/** A transport whose client learns of a new token by a response header. No browser adds such a token by itself. */
export function toldByHeader(
  name: string,
  vary: string,
  field: string,
  read: (request: SessionRequest) => readonly string[],
): NamedTransport {
  return {
    name,
    ambient: false,
    vary,
    read: (_, request) => read(request),
    // Whatever a response can carry reaches a client that looks for it.
    check: () => {},
    write: (_core, _unit, change) => [[field, change === "clear" ? "" : change]],
    attach: (core) => mustBeOnce(core, name),
  };
}
