import { fail } from "../config.ts";
import type { Core } from "../session/core.ts";
import type { NamedTransport, Transport } from "./transport.ts";

/** What both kinds of `query()` have in common: nothing is told by a URL, so what is to be told goes by the first of the list. */
export function urlTransport(name: string): NamedTransport & { attach(core: Core): undefined } {
  const own = `query ${name}`;
  return {
    name: own,
    ambient: false,
    vary: undefined,
    read: () => [],
    check: (core, unit) => firstOf(core).check(core, unit),
    write: (core, unit, change) => firstOf(core).write(core, unit, change),
    attach(core) {
      if ((firstOf(core) as NamedTransport).name === own) {
        fail("transport", "must begin with another than query(): no response can tell a URL");
      }
      if (core.inUrl) fail("transport", "must have query() only once");
    },
  };
}

function firstOf({ transports }: Core): Transport {
  return transports[0] as Transport;
}
