import { complete, fail, oneOf } from "../config.ts";
import type { Duration } from "../duration.ts";
import { codeInUrl } from "./hand-off/transport.ts";
import { tokenInUrl } from "./token-in-url.ts";
import type { SessionTransport } from "./transport.ts";

export interface HandOffOptions {
  /** A code that is good for one exchange. The default. */
  carries?: "code";
  /** The origins, as `"https://shop.example.com"`, of this application to which sessions may be handed off. */
  to: readonly string[];
  /** How long a code is good. Default `"1m"`, at most `"5m"`. */
  lifetime?: Duration;
}

export interface TokenInUrlOptions {
  /** The token itself, which then stands in histories, logs and bookmarks. */
  carries: "token";
}

/** The options of `query()`. */
export type QueryOptions = HandOffOptions | TokenInUrlOptions;

const DEFAULTS = {
  carries: "code" as "code" | "token",
  to: undefined as readonly string[] | undefined,
  lifetime: undefined as Duration | undefined,
} satisfies Record<keyof HandOffOptions, unknown>;

/**
 * A parameter of the URL, for sessions that go from one host of an application to another. By default it carries a hand-off code, made by
 * `sessions.handOff(session, url)`: it is exchanged for a cookie, once, and the client is sent on to the same URL without it. `{ carries: "token" }`
 * takes the token itself, which a `warning` event calls by its name.
 *
 * @throws SessionConfigError for a name or an option that is impossible.
 */
export function query(name: string, options: QueryOptions): SessionTransport {
  if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name)) {
    fail("transport query", "must have a name of letters, digits, _ and -, at most 64");
  }
  const { carries, to, lifetime } = complete(options, "transport query", DEFAULTS);
  oneOf("transport query.carries", carries, "code", "token");
  if (carries === "code") return codeInUrl(name, to, lifetime);
  if (to || lifetime) fail("transport query", 'must not have to or lifetime with carries: "token"');
  return tokenInUrl(name);
}
