import { fail } from "../../config.ts";
import { SessionNotLoadedError } from "../../errors.ts";
import type { Core } from "../../session/core.ts";
import { type InUrl, SECRECY } from "../in-url.ts";
import { hasParameter, withoutParameter } from "../parameter.ts";
import { arrivalOf, EXCHANGE } from "./arrival.ts";
import { composeTicket, mintCode, recordIdOf, sessionOf } from "./code.ts";

/** Hands codes out, and says how a request that brings one is answered. */
export function deskOf(core: Core, name: string, to: ReadonlySet<string>, lifetime: number): InUrl {
  return {
    answerTo: (request) => arrivalOf(request, name),
    headers(request) {
      const { url } = request;
      if (!hasParameter(url, name)) return [];
      if (arrivalOf(request, name) !== EXCHANGE) return SECRECY;
      return [["location", withoutParameter(url, name)], ...SECRECY];
    },
    async handOff(session, url) {
      const target = URL.parse(url);
      // A target that a request may choose would send the session to whoever wrote that request.
      if (!target || !to.has(target.origin)) {
        fail("handOff(url)", `must lead to one of query.to: ${[...to].join(", ")}`);
      }
      const { id: from, authenticatedAt = null } = session;
      const login = { from, authenticatedAt };
      if (!(await sessionOf(core, login))) {
        throw new SessionNotLoadedError(
          "handOff() needs a session that is stored: commit it first",
        );
      }
      target.searchParams.set(name, await mint({ ...login, to: target.origin }));
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
