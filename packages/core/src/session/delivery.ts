import { clearCookie, setCookie } from "../cookie/write.ts";
import { CookieDeliveryError, CrossOriginError, SessionTooLateError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { headerOf, hostOf, isLoopback, isSecure } from "../request/request.ts";
import type { SessionToken } from "../token/token.ts";
import type { Batch } from "./batch.ts";
import type { Settings } from "./options.ts";
import type { SessionUnit } from "./unit.ts";

/** A response header to be added: name in lower case, value. */
export type HeaderPair = readonly [name: string, value: string];

/** What the response says of the session, and whether it can. */
export class Delivery {
  readonly #settings: Settings;
  readonly #events: EventHub;

  constructor(settings: Settings, events: EventHub) {
    this.#settings = settings;
    this.#events = events;
  }

  /** The headers of a commit: with a token, with `"clear"` to remove the cookie, or with neither. */
  headers(unit: SessionUnit, cookie?: SessionToken | "clear"): HeaderPair[] {
    const headers: HeaderPair[] = [];
    if (cookie !== undefined) {
      const line =
        cookie === "clear"
          ? clearCookie(this.#settings.cookie)
          : setCookie(this.#settings.cookie, cookie, this.#maxAge(unit));
      // A shared cache that kept this response would hand one client's token to the next (RFC 9111 section 7.3).
      headers.push(["set-cookie", line], ["cache-control", "no-store"]);
    }
    if (unit.looked) headers.push(["vary", "Cookie"]);
    unit.channel?.deliver(headers);
    return headers;
  }

  /** A session is about to start: its cookie must get through, and its request be one of our own pages'. */
  requireWelcome(batch: Batch): void {
    const { request, foreign } = batch.unit;
    if (foreign) {
      const origin = headerOf(request.headers, "origin");
      this.#events.emit("cross-origin-refused", { method: request.method ?? "", origin });
      throw new CrossOriginError();
    }
    if (!batch.deliverable) {
      // Stored all the same, it would be an orphan: nobody has its token.
      throw new SessionTooLateError("a new session", "start it before the response begins");
    }
    this.requireCarrier(batch);
  }

  /** Guarantee 14: a browser would drop the cookie without a word, and every login with it. */
  requireCarrier({ unit, deliverable }: Batch): void {
    const { cookie } = this.#settings;
    if (!cookie.secure || !deliverable) return;
    if (isSecure(unit.request, unit.facts) !== false) return;
    const host = hostOf(unit.request, unit.facts);
    if (isLoopback(host)) return;
    throw new CookieDeliveryError(
      `cookie ${cookie.name} is Secure and the connection to ${host ?? "this host"} is not: use HTTPS, ` +
        "tell the framework to trust its proxy, or set cookie.secure to false for development",
    );
  }

  /** Seconds until the absolute deadline, for a cookie that outlives the browser. */
  #maxAge({ loaded }: SessionUnit): number | undefined {
    const lasting = this.#settings.cookie.persistent || loaded?.state.remember;
    return loaded && lasting ? (loaded.state.endsAt - this.#settings.clock()) / 1000 : undefined;
  }
}
