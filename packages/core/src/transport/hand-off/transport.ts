import { fail } from "../../config.ts";
import { type Duration, milliseconds } from "../../duration.ts";
import { isLoopback } from "../../request/request.ts";
import type { Core } from "../../session/core.ts";
import type { NamedTransport } from "../transport.ts";
import { urlTransport } from "../url-transport.ts";
import { deskOf } from "./desk.ts";
import { exchanging } from "./exchanging.ts";

/** A code in the URL that is exchanged for a session of its own. */
export function codeInUrl(name: string, to: unknown, lifetime: Duration = "1m"): NamedTransport {
  const base = urlTransport(name);
  const origins = originsOf(to);
  const ms = milliseconds(lifetime, "transport query.lifetime");
  if (ms < 1 || ms > 300_000) {
    fail(
      "transport query.lifetime",
      'must be at most "5m": a code is for a client that is on its way',
    );
  }
  return {
    ...base,
    attach(core) {
      base.attach(core);
      const { cookie, strategy, transports } = core;
      const carrier = (transports as NamedTransport[]).find((it) => it.name === "cookie");
      if (!carrier) {
        fail(
          "transport",
          "must have cookie() beside query(): a page that is gone to reads no header",
        );
      }
      if (cookie.path !== "/") {
        fail(
          "transport",
          'must have cookie.path "/" beside query(): where the cookie does not come, nobody can tell who is logged in',
        );
      }
      if (strategy.carried) {
        fail(
          "transport",
          "must not have query(name, { to }) with sessions that live in their token",
        );
      }
      return {
        strategy: exchanging(strategy, name, carrier),
        inUrl: deskOf(core as Core, name, origins, ms),
      };
    },
  };
}

function originsOf(to: unknown): ReadonlySet<string> {
  const valid = Array.isArray(to) && to.length > 0 && to.every(isOrigin);
  if (valid) return new Set(to);
  fail(
    "transport query.to",
    'must list the origins to which sessions may be handed off, like "https://shop.example.com"',
  );
}

/** Over plain HTTP anybody on the way could use the code first; nobody is on the way to oneself. */
function isOrigin(it: unknown): boolean {
  const url = typeof it === "string" ? URL.parse(it) : null;
  return url !== null && url.origin === it && (url.protocol === "https:" || isLoopback(url.host));
}
