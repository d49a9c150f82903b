import { fail } from "../config.ts";
import { CookieDeliveryError } from "../errors.ts";
import { chain } from "../promise.ts";
import type { SessionRequest } from "../request/request.ts";
import type { SessionUnit } from "../session/unit.ts";
import { secrecyOf } from "./in-url.ts";
import { parametersOf } from "./parameter.ts";
import type { NamedTransport } from "./transport.ts";
import { urlTransport } from "./url-transport.ts";

const WARNING =
  'query(name, { carries: "token" }) takes tokens from URLs, which stand in histories, logs and bookmarks: ' +
  "whoever reads one has the session. A hand-off code does not have that fault";

/** The token itself in the URL. */
export function tokenInUrl(name: string): NamedTransport {
  const base = urlTransport(name);
  /** Who logged in in the session of the URL, and goes on in it by the first transport. */
  const moved = new WeakSet<SessionUnit>();
  return {
    ...base,
    // Any page can make a browser send a URL, with whosever token in it.
    ambient: true,
    read: (_, { url }) => parametersOf(url, name).filter((value) => value !== ""),
    write(core, unit, change) {
      // The client may hold another session by that way: a link must neither end that one nor put the URL's in its place.
      if (change === "clear") return [];
      const [before, now] = [unit.opened?.record, unit.loaded?.record];
      if (moved.has(unit) || before?.id !== now?.id) return base.write(core, unit, change);
      // Guarantee 14: what such a token holds stays as it is in the URL.
      if (core.strategy.carried && before?.data !== now?.data) {
        throw new CookieDeliveryError(
          `a session that lives in its token cannot be changed where that came by ${base.name}`,
        );
      }
      return [];
    },
    attach(core) {
      base.attach(core);
      // Whoever listens does so once there is a manager.
      queueMicrotask(() => core.events.emit("warning", { code: "token-in-url", message: WARNING }));
      const { strategy } = core;
      const secrecy = (request: SessionRequest) => secrecyOf(request, name);
      return {
        strategy: {
          ...strategy,
          save(own, unit, deliverable) {
            const { login } = unit;
            return chain(strategy.save(own, unit, deliverable), (change) => {
              if (login && change) moved.add(unit);
              return change;
            });
          },
        },
        inUrl: {
          secrecy,
          headers: secrecy,
          answerTo: () => undefined,
          handOff: async () => fail("transport", "must have query(name, { to }), for handOff()"),
        },
      };
    },
  };
}
