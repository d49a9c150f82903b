import { fail } from "../../config.ts";
import { SessionNotLoadedError } from "../../errors.ts";
import type { SessionRequest } from "../../request/request.ts";
import type { Core } from "../../session/core.ts";
import type { HeaderPair } from "../../session/delivery.ts";
import { type InUrl, secrecyOf } from "../in-url.ts";
import { withoutParameter } from "../parameter.ts";
import { arrivalOf, EXCHANGE } from "./arrival.ts";
import { composeTicket, mintCode, recordIdOf, sessionOf } from "./code.ts";

/** Hands codes out, and says how a request that brings one is answered. */
export function deskOf(core: Core, name: string, to: ReadonlySet<string>, lifetime: number): InUrl {
  /** Requests whose responses have a code in them, in a link or a redirect. */
  const handingOut = new WeakSet<SessionRequest>();
  return {
    answerTo: (request) => arrivalOf(request, name),
    secrecy: (request) => secrecyOf(request, name),
    headers(request) {
      const headers: HeaderPair[] = [];
      if (arrivalOf(request, name) === EXCHANGE) {
        headers.push(["location", withoutParameter(request.url, name)]);
      }
      headers.push(...secrecyOf(request, name));
      if (handingOut.has(request)) headers.push(["cache-control", "no-store"]);
      return headers;
    },
    async handOff(unit, url) {
      const target = URL.parse(url);
      // A target that a request may choose would send the session to whoever wrote that request.
      // `blob:` has the origin of what is inside.
      if (!target || !to.has(target.origin) || !target.origin.startsWith(target.protocol)) {
        fail("handOff(url)", `must lead to one of query.to: ${[...to].join(", ")}`);
      }
      const { core: own, login, record, request } = unit;
      if (own !== core) fail("handOff(session)", "must be a session of this manager");
      const first = record && { from: record.id, authenticatedAt: record.authenticatedAt };
      if (!first || login || !(await sessionOf(core, first))) {
        throw new SessionNotLoadedError(
          "handOff() needs a session that is stored: commit it first",
        );
      }
      unit.looked = true;
      handingOut.add(request);
      target.searchParams.set(name, await mint({ ...first, to: target.origin }));
      return target.href;
    },
  };

  async function mint(ticket: Parameters<typeof composeTicket>[1]): Promise<string> {
    for (;;) {
      const code = mintCode(core);
      const id = recordIdOf(core, code) as typeof ticket.from;
      const outcome = await core.store.create(composeTicket(id, ticket, core.clock(), lifetime));
      if (outcome !== "exists") return code;
    }
  }
}
