import { type CookiePolicy, createSessions, type Sessions } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import type { ShopData } from "./shop/data.ts";
import { watchEvents } from "./watch/events.ts";
import { watchStore } from "./watch/store.ts";

export const SESSIONS_PER_USER = 5;

/** The session manager of one server. Each server has its own, over its own connection to the one file, as on several machines. */
export function openSessions(path: string, cookie: CookiePolicy): Sessions<ShopData> {
  const sessions = createSessions<ShopData>({
    storage: watchStore(sqliteStore({ path })),
    cookie,
    timeouts: { idle: "24h", absolute: "7d", touchEvery: "1m" },
    limits: { perUser: SESSIONS_PER_USER, onLimit: "evict-oldest" },
  });
  watchEvents(sessions.events);
  return sessions;
}
