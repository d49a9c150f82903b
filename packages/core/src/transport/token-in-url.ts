import { fail } from "../config.ts";
import { SECRECY } from "./in-url.ts";
import { hasParameter, parametersOf } from "./parameter.ts";
import type { NamedTransport } from "./transport.ts";
import { urlTransport } from "./url-transport.ts";

const WARNING =
  'query(name, { carries: "token" }) takes tokens from URLs, which stand in histories, logs and bookmarks: ' +
  "whoever reads one has the session. A hand-off code does not have that fault";

/** The token itself in the URL. */
export function tokenInUrl(name: string): NamedTransport {
  const base = urlTransport(name);
  return {
    ...base,
    // Any page can make a browser send a URL, with whosever token in it.
    ambient: true,
    read: (_, { url }) => parametersOf(url, name).filter((value) => value !== ""),
    attach(core) {
      base.attach(core);
      // Whoever listens does so once there is a manager.
      queueMicrotask(() => core.events.emit("warning", { code: "token-in-url", message: WARNING }));
      return {
        inUrl: {
          headers: ({ url }) => (hasParameter(url, name) ? SECRECY : []),
          answerTo: () => undefined,
          handOff: async () => fail("transport", "must have query(name, { to }), for handOff()"),
        },
      };
    },
  };
}
