import { type Clock, createSessions, type Sessions, type SessionsOptions } from "@coatcheck/core";
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

/** How long sessions live, and by whose clock. */
export interface Life {
  /** Silence allowed, in milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
}

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
  { idleMs, clock }: Life,
): Sessions<ShopData> {
  const store = watchStore(sqliteStore({ path: fileOf(database, kind), clock }));
  const storage = {
    store: () => store,
    sealed: () => sealed({ keys: keys.sealed, revocation: store }),
    jwt: () => jwt({ keys: keys.jwt, issuer: SHOP, audience: SHOP, revocation: store }),
  };
  // A session that lives in its cookie cannot be taken over: there "remember me" is that the cookie outlives the browser.
  const tokens = () =>
    watchStore(sqliteStore({ path: rememberFile(database), clock }), "remember-me");
  const sessions = createSessions<ShopData>({
    storage: storage[kind](),
    cookie,
    timeouts: {
      idle: `${idleMs}ms`,
      absolute: "7d",
      // A minute, or less where silence has to be noticed sooner.
      touchEvery: `${Math.min(60_000, Math.floor(idleMs / 10))}ms`,
    },
    clock,
    limits: { perUser: SESSIONS_PER_USER, onLimit: "evict-oldest" },
    device: describeDevice({ label: deviceLabel, addressKey: keys.address }),
    ...(kind === "store" && { remember: rememberMe({ store: tokens() }) }),
  });
  watchEvents(sessions.events);
  return sessions;
}
