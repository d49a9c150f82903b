import { complete, fail } from "../config.ts";
import type { CookieOptions } from "../cookie/policy.ts";
import { type Duration, milliseconds } from "../duration.ts";
import { type Core, coreOf } from "../session/core.ts";
import type { RememberMe } from "../session/remembering.ts";
import type { SessionStore } from "../store/contract.ts";
import { cookieTransport } from "../transport/cookie.ts";
import { TokenEvents } from "./events.ts";
import { RememberedLogins } from "./logins.ts";
import { pairedStore } from "./paired-store.ts";

export interface RememberOptions {
  /**
   * Where the tokens are kept, by their hashes: a store that can list by user and is their own, as another table, prefix or file. In the
   * sessions' own they would count at `limits`.
   */
  store: SessionStore;
  /** From the login on, however often it is used. Default `"30d"`, which is what NIST SP 800-63B-4 allows at AAL1 (section 2.1.3); at most `"400d"`. */
  lifetime?: Duration;
  /** How long a token that was exchanged is still honoured, for requests in flight. Default `"10s"`, at most `"1m"`. */
  grace?: Duration;
  /**
   * Default: `__Host-remember`, HttpOnly, Path=/, and Secure, SameSite and Partitioned as the session's cookie; a manager whose cookie is not
   * called `__Host-id` has that name with `-remember`. It always outlives the browser.
   */
  cookie?: CookieOptions;
}

/** Of a session's cookie. */
const DEFAULT_NAME = "__Host-id";

const DEFAULTS = {
  store: undefined as SessionStore | undefined,
  lifetime: "30d" as Duration,
  grace: "10s" as Duration,
  cookie: undefined as CookieOptions | undefined,
};

/**
 * For the option `remember` of `createSessions`: after `login(userId, { remember: true })` the client comes back as that user when its session is over, by a second
 * cookie with a token of its own that is exchanged at each use. The session that it opens is not freshly authenticated (NIST SP 800-63B-4 section 5.1):
 * `authenticatedAt` is that of the login. A token that was used twice means theft and ends both it and the session.
 *
 * Throws a `SessionConfigError` for a wrong option, here or when the manager is made.
 */
export function rememberMe(options: RememberOptions): RememberMe {
  const { store, lifetime, grace, cookie } = complete(options, "remember", DEFAULTS);
  if (!store?.listByUser || !store.destroyByUser) {
    fail("remember.store", "must be a session store that can list by user");
  }
  milliseconds(lifetime, "remember.lifetime");
  return {
    attach(core: Core, sessionStore: SessionStore) {
      const transport = core.transports.find(({ ambient }) => ambient);
      if (core.strategy.carried) {
        fail("remember", "must go with sessions in a store: one in a token cannot be taken over");
      }
      if (!transport) fail("remember", "must go with cookie() among the transports");
      if (sessionStore === store) {
        fail("remember.store", "must not be the sessions' own, where they would count at limits");
      }
      const { clock, random, storeTimeout } = core;
      const { name, secure, sameSite, partitioned } = core.cookie;
      const policy = {
        // Of two managers over one store neither takes the other's tokens: the name is part of what is hashed.
        name: name === DEFAULT_NAME ? "__Host-remember" : `${name}-remember`,
        secure,
        // Sent where the session's is held back, as with a link from another site, it would bring back who is not to act there.
        sameSite,
        partitioned,
        ...cookie,
        persistent: true,
      };
      const tokens = coreOf(
        {
          storage: store,
          cookie: policy as CookieOptions,
          timeouts: { idle: lifetime, absolute: lifetime, rotationGrace: grace },
          // The session's own check has come first.
          crossOrigin: "allow",
          clock,
          random,
          storeTimeout: `${storeTimeout}ms`,
        },
        new TokenEvents(core.events),
      );
      if (tokens.cookie.name === core.cookie.name) {
        fail("remember.cookie.name", "must not be the session's own");
      }
      if (tokens.cookie.secure && !secure) {
        fail("remember.cookie.secure", "must be false where cookie.secure is: it would be lost");
      }
      const own = tokens.store;
      const paired = pairedStore(core.store, own);
      // Use of an exchanged token ends the session too.
      Object.assign(tokens, { store: { ...own, destroy: paired.destroy } });
      const remembering = new RememberedLogins(core, tokens, own, cookieTransport);
      return { store: paired, remembering };
    },
  };
}
