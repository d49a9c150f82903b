import { createSessions, type Sessions, type SessionsOptions } from "@coatcheck/core";
import { sealed } from "@coatcheck/core/sealed";
import { jwt } from "@coatcheck/jwt";
import { sqliteStore } from "@coatcheck/store-sqlite";
import type { ShopData } from "./shop/data.ts";
import type { Keys } from "./storage/keys.ts";
import type { StorageKind } from "./storage/kinds.ts";
import { watchEvents } from "./watch/events.ts";
import { watchStore } from "./watch/store.ts";

export const SESSIONS_PER_USER = 5;

/** Where all five servers say that their tokens are from, and whom they are for. */
const SHOP = "https://cloakroom.example";

/**
 * The session manager of one server for one kind of storage. Each server has its own, over its own connection to the one file, as
 * on several machines. Of sessions that live in their cookie, the file holds only the logins and what has ended.
 */
export function openSessions(
  kind: StorageKind,
  path: string,
  keys: Keys,
  cookie: NonNullable<SessionsOptions<ShopData>["cookie"]>,
): Sessions<ShopData> {
  const store = watchStore(sqliteStore({ path }));
  const storage = {
    store: () => store,
    sealed: () => sealed({ keys: keys.sealed, revocation: store }),
    jwt: () => jwt({ keys: keys.jwt, issuer: SHOP, audience: SHOP, revocation: store }),
  };
  const sessions = createSessions<ShopData>({
    storage: storage[kind](),
    cookie,
    timeouts: { idle: "24h", absolute: "7d", touchEvery: "1m" },
    limits: { perUser: SESSIONS_PER_USER, onLimit: "evict-oldest" },
  });
  watchEvents(sessions.events);
  return sessions;
}
