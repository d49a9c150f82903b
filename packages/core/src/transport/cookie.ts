import { assertCarrier } from "../cookie/carrier.ts";
import { readCookie } from "../cookie/read.ts";
import { clearCookie, setCookie } from "../cookie/write.ts";
import { headerOf } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { Transport } from "./transport.ts";

/** The default: the cookie of the manager's policy. */
export const cookieTransport: Transport = {
  ambient: true,
  vary: "Cookie",

  read({ cookie, strategy }, { headers }) {
    return (strategy.jar?.read ?? readCookie)(headerOf(headers, "cookie"), cookie.name);
  },

  check({ cookie }, { request, facts }) {
    assertCarrier(cookie, request, facts, "cookie.secure");
  },

  write({ cookie, clock, remembering, strategy }, { loaded, request }, change) {
    const state = loaded?.state;
    const lasting = cookie.persistent || (state?.remember && !remembering);
    // Seconds until the absolute deadline, for a cookie that outlives the browser.
    const maxAge = state && lasting ? (state.endsAt - clock()) / 1000 : undefined;
    const value = change === "clear" ? undefined : change;
    const lines = strategy.jar?.write(cookie, request, value, maxAge) ?? [
      value ? setCookie(cookie, value, maxAge) : clearCookie(cookie),
    ];
    return lines.map((line): HeaderPair => ["set-cookie", line]);
  },
};
