import { cookieTransport } from "./cookie.ts";
import { mustBeOnce } from "./once.ts";
import type { NamedTransport, SessionTransport } from "./transport.ts";

/** The cookie of the manager's policy: browsers send it by themselves, and keep it out of reach of scripts. The default. */
export function cookie(): SessionTransport {
  const transport: NamedTransport = {
    ...cookieTransport,
    name: "cookie",
    attach: (core) => mustBeOnce(core, "cookie"),
  };
  return transport;
}
