import { readCookie } from "../cookie/read.ts";
import { clearCookie, setCookie } from "../cookie/write.ts";
import { CookieDeliveryError } from "../errors.ts";
import { headerOf, hostOf, isLoopback, isSecure } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { Transport } from "./transport.ts";

/** The default: the cookie of the manager's policy. */
export const cookieTransport: Transport = {
  ambient: true,
  vary: "Cookie",

  read({ cookie, strategy }, { headers }) {
    return (strategy.jar?.read ?? readCookie)(headerOf(headers, "cookie"), cookie.name);
  },

  /** Guarantee 14: a browser would drop the cookie without a word, and every login with it. */
  check({ cookie }, { opening: { request, facts } }) {
    if (!cookie.secure || isSecure(request, facts) !== false) return;
    const host = hostOf(request, facts);
    if (isLoopback(host)) return;
    throw new CookieDeliveryError(
      `cookie ${cookie.name} is Secure and the connection to ${host ?? "this host"} is not: ` +
        "use HTTPS, let the framework trust its proxy, or set cookie.secure to false for development",
    );
  },

  write({ cookie, clock, strategy }, { loaded, opening: { request } }, change) {
    const state = loaded?.state;
    const lasting = cookie.persistent || state?.remember;
    // Seconds until the absolute deadline, for a cookie that outlives the browser.
    const maxAge = state && lasting ? (state.endsAt - clock()) / 1000 : undefined;
    const value = change === "clear" ? undefined : change;
    const lines = strategy.jar?.write(cookie, request, value, maxAge) ?? [
      value ? setCookie(cookie, value, maxAge) : clearCookie(cookie),
    ];
    return lines.map((line): HeaderPair => ["set-cookie", line]);
  },
};
