import type { EventSource, Session } from "@coatcheck/core";
import { EventHub } from "@coatcheck/core/token-storage";
import { createConnections } from "./connection/create-connections.ts";
import type { Identity } from "./connection/identity.ts";
import type { Context } from "./context.ts";
import type { OidcEvents } from "./events/events.ts";
import { handle } from "./handle.ts";
import type { Answer } from "./http/answer.ts";
import type { AuthRequest } from "./http/request.ts";
import { loginUrlOf } from "./login/start.ts";
import { providerLogout } from "./logout/by-provider.ts";
import type { OidcOptions } from "./options/options.ts";
import { settingsOf } from "./options/settings.ts";
import { Provider } from "./provider/provider.ts";
import { untie } from "./session/ended.ts";
import { follow } from "./session/handed-off.ts";
import { prolong } from "./session/lasting.ts";
import { accessTokenOf } from "./tokens/access-token.ts";
import { ErrandCookies } from "./transaction/cookies.ts";

/** Sessions that begin and end at an OpenID Connect provider. Made by `createOidc`. */
export interface Oidc<Data extends object = Record<string, unknown>> {
  /** What happens, by ids and codes. Also on `node:diagnostics_channel`, as `coatcheck:oidc:<name>`. */
  readonly events: EventSource<OidcEvents>;
  /** Under which the routes are. */
  readonly path: string;

  /** For framework packages: the answer to a request for one of the routes; `undefined` for any other. */
  handle(request: AuthRequest): Promise<Answer | undefined>;

  /** Where to log in, as a path: for a link, or for `loginUrl` of the guards. `returnTo` must be a path of this application. */
  loginUrl(returnTo?: string): string;

  /**
   * Who is logged in, as the provider knows them; `undefined` for nobody, for who has logged in otherwise, and while somebody acts for another user (`actAs`).
   *
   * @throws SessionStoreError
   */
  identity(session: Session<Data>): Promise<Identity | undefined>;

  /**
   * An access token for the session's user, renewed if need be: by one caller at a time, over all processes. To ask is no activity of the user's and makes the session no
   * longer. Never give it to a page. While the user acts for another one (`actAs`) there is none: it would be the actor's.
   *
   * @throws OidcError `"signed-out"` (401), `"no-token"` (401) or `"provider-down"` (503)
   * @throws SessionStoreError
   */
  accessToken(session: Session<Data>): Promise<string>;

  /** Stops listening to the manager. */
  close(): void;
}

/**
 * Lets a provider say who logs in and out. Nothing is asked of it before the first login.
 *
 * @throws SessionConfigError for any option that is unknown, impossible or unsafe, with the remedy in its message
 */
export function createOidc<Data extends object>(options: OidcOptions<Data>): Oidc<Data> {
  const settings = settingsOf(options);
  const { sessions, store, ring, clock, random, timeout } = settings;
  const events = new EventHub<OidcEvents>("coatcheck:oidc");
  const connections = createConnections({
    store,
    keys: ring,
    issuer: settings.issuer,
    revoke: (id) => sessions.revoke(id),
    clock,
    random,
    events,
    // Longer than a renewal can take: three requests, for metadata, tokens and keys.
    lease: `${timeout * 3 + 10}s`,
  });
  const provider = new Provider(settings);
  const context: Context<Data> = {
    settings,
    provider,
    connections,
    events,
    logins: new ErrandCookies(settings, "login"),
    responses: new ErrandCookies(settings, "response"),
    logouts: new ErrandCookies(settings, "logout"),
    ...providerLogout(settings, provider, connections, events),
  };
  const listening = [
    sessions.events.on("ended", ({ id }) => void untie(context, id)),
    sessions.events.on("login", ({ id }) => void prolong(context, id)),
    sessions.events.on("handed-off", (event) => void follow(context, event)),
  ];
  return {
    events,
    path: settings.path,
    handle: (request) => handle(context, request),
    loginUrl: (returnTo) => loginUrlOf(settings, returnTo),
    async identity(session) {
      // Whom somebody acts for is not who signed in at the provider.
      if (session.userId === undefined || session.actorId !== undefined) return undefined;
      return (await connections.read(session.id))?.identity;
    },
    accessToken: (session) => accessTokenOf(context, session),
    close() {
      for (const stop of listening) stop();
    },
  };
}
