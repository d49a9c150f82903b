import { fail } from "../config.ts";
import { CookieDeliveryError } from "../errors.ts";
import type { Core } from "../session/core.ts";
import type { SessionUnit } from "../session/unit.ts";
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
    write(core, unit, change) {
      // The client may hold another session by that way: a link must neither end that one nor put the URL's in its place.
      if (change !== "clear" && !goesOn(unit)) return firstOf(core).write(core, unit, change);
      // Guarantee 14: what such a token holds is in the URL, and stays as it is there.
      if (core.strategy.carried && isChanged(unit)) {
        throw new CookieDeliveryError(
          `a session that lives in its token cannot be changed where that came by ${own}`,
        );
      }
      return [];
    },
    attach(core) {
      if ((firstOf(core) as NamedTransport).name === own) {
        fail("transport", "must begin with another than query(): no response can tell a URL");
      }
      if (core.inUrl) fail("transport", "must have query() only once");
    },
  };
}

/** Whether the session of the URL is there still, and of the same login. */
function goesOn({ opening, loaded }: SessionUnit): boolean {
  const [before, now] = [opening.loaded?.record, loaded?.record];
  return before?.id === now?.id && before?.authenticatedAt === now?.authenticatedAt;
}

function isChanged({ opening, loaded }: SessionUnit): boolean {
  return loaded !== undefined && opening.loaded?.record.data !== loaded.record.data;
}

function firstOf({ transports }: Core): Transport {
  return transports[0] as Transport;
}
