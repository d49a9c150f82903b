import { type Clock, cookiePolicy, type Sessions } from "@coatcheck/core";
import { type Explainer, explainRequests } from "@coatcheck/core/explain";
import type { Settings } from "../environment.ts";
import { openSessions } from "../sessions.ts";
import type { ShopData } from "../shop/data.ts";
import type { Keys } from "./keys.ts";
import { type StorageKind, storageKinds } from "./kinds.ts";
import { type Preferences, preferences } from "./preference.ts";

/** One way to keep sessions, with its manager and a cookie of its own. */
export interface ShopStorage {
  readonly kind: StorageKind;
  readonly cookieName: string;
  readonly sessions: Sessions<ShopData>;
  /** Tells of each request what its manager did, and why. */
  readonly explainer: Explainer;
  /** The cookie with the remember-me token, where there is one. */
  readonly rememberCookieName: string | undefined;
}

const NAMES: Readonly<Record<StorageKind, string>> = { store: "id", sealed: "sealed", jwt: "jwt" };

/** The storages of one server, of which each request uses the one that its visitor chose. */
export class Storages {
  readonly all: readonly ShopStorage[];
  /** The manager of the cookie with the choice, for the framework. */
  readonly cookies: Preferences["cookies"];
  readonly #choice: Preferences["storage"];
  readonly #initial: StorageKind;

  constructor(settings: Settings, keys: Keys, clock: Clock) {
    const { database, secure, storage: initial, idleMs } = settings;
    this.all = storageKinds.map((kind) => {
      const named = (name: string) => (secure ? `__Host-${name}` : name);
      const cookie = cookiePolicy({ name: named(NAMES[kind]), secure });
      const sessions = openSessions(kind, database, keys, cookie, { idleMs, clock });
      return {
        kind,
        cookieName: cookie.name,
        sessions,
        explainer: explainRequests(sessions),
        rememberCookieName: kind === "store" ? named("remember") : undefined,
      };
    });
    const { cookies, storage } = preferences(secure);
    this.cookies = cookies;
    this.#choice = storage;
    this.#initial = initial;
  }

  /** By the cookie of a request that the framework's package for cookies has seen. */
  chosenBy(request: object): ShopStorage {
    const kind = this.cookies.of(request).get(this.#choice) ?? this.#initial;
    return this.all.find((it) => it.kind === kind) as ShopStorage;
  }

  /** From the next request on. */
  choose(request: object, kind: StorageKind): void {
    this.cookies.of(request).set(this.#choice, kind);
  }

  /** Removes what has expired; how many went. */
  async sweep(): Promise<number> {
    let swept = 0;
    for (const { sessions } of this.all) swept += await sessions.sweep();
    return swept;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ sessions }) => sessions.close()));
  }
}
