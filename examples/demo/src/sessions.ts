import { createSessions, type Sessions, type SessionsOptions } from "@coatcheck/core";
import { describeDevice } from "@coatcheck/core/devices";
import { rememberMe } from "@coatcheck/core/remember";
import { sealed } from "@coatcheck/core/sealed";
import { jwt } from "@coatcheck/jwt";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { deviceLabel } from "./accounts/device-label.ts";
import type { ShopData } from "./shop/data.ts";
import { fileOf, rememberFile } from "./storage/files.ts";
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
  database: string,
  keys: Keys,
  cookie: NonNullable<SessionsOptions<ShopData>["cookie"]>,
): Sessions<ShopData> {
  const store = watchStore(sqliteStore({ path: fileOf(database, kind) }));
  const storage = {
    store: () => store,
    sealed: () => sealed({ keys: keys.sealed, revocation: store }),
    jwt: () => jwt({ keys: keys.jwt, issuer: SHOP, audience: SHOP, revocation: store }),
  };
  // A session that lives in its cookie cannot be taken over: there "remember me" is that the cookie outlives the browser.
  const tokens = () => watchStore(sqliteStore({ path: rememberFile(database) }), "remember-me");
  const sessions = createSessions<ShopData>({
    storage: storage[kind](),
    cookie,
    timeouts: { idle: "24h", absolute: "7d", touchEvery: "1m" },
    limits: { perUser: SESSIONS_PER_USER, onLimit: "evict-oldest" },
    device: describeDevice({ label: deviceLabel, addressKey: keys.address }),
    ...(kind === "store" && { remember: rememberMe({ store: tokens() }) }),
  });
  watchEvents(sessions.events);
  return sessions;
}
