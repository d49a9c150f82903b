import type { Duration, KeyOf, Random, Session, SessionStore, Sessions } from "@coatcheck/core";
import type { KeyOptions } from "@coatcheck/core/sealed";
import type { ClientAuth, CustomFetch, IDToken } from "openid-client";
import type { TokenSet } from "../connection/connection.ts";

/** Who has come, as the provider says it. */
export interface LoginFacts {
  readonly issuer: string;
  readonly subject: string;
  /** The claims of the ID token, verified. */
  readonly claims: IDToken;
}

/** Algorithms of a provider's signatures. None that a client secret signs with: whoever verifies could sign. */
export type SigningAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "Ed25519"
  | "EdDSA";

export interface OidcOptions<Data extends object> {
  /** The manager of the sessions that begin and end at the provider. */
  sessions: Sessions<Data>;
  /**
   * Where is kept which session belongs to which of the provider's, and its tokens, sealed. A store that can list by user and is its own, as another
   * table, prefix or file: never that of the sessions.
   */
  store: SessionStore;
  /** Seal the tokens at rest and the cookie of a login under way: a key of `generateKey()`, or several with their places in life. */
  keys: string | KeyOptions | undefined;
  /** To the letter as the provider's metadata have it. https; http for localhost alone. */
  issuer: string;
  clientId: string;
  /** Sent as `client_secret_basic`, or as `client_secret_post` where the provider takes nothing else. Without it and `clientAuth` the client is a public one. */
  clientSecret?: string;
  /** How the client authenticates, as openid-client's `PrivateKeyJwt(key)` or `ClientSecretPost(secret)`. In place of `clientSecret`. */
  clientAuth?: ClientAuth;
  /** The application's own origin, as `https://shop.example.com`. Never taken from a request. */
  baseUrl: string;
  /** Under which the routes are. Default `"/auth"`. */
  path?: string;
  /** Default `"openid"`. `offline_access` for refresh tokens, where the provider asks for it. */
  scope?: string;
  /**
   * More that the provider is asked for with each login, as `{ audience: "https://api.example.com" }` for a JWT access token at Auth0, `prompt: "select_account"` or `ui_locales`. A
   * `resource` (RFC 8707) goes along with the code and with renewals, too. What is decided here, as `scope`, `state` or `redirect_uri`, is refused. Default: nothing.
   */
  parameters?: Readonly<Record<string, string>>;
  /** How the provider's answer comes back. Default `"query"`. */
  responseMode?: "query" | "form_post";
  /**
   * Who it is here. `undefined` refuses the login (403). Default: issuer and subject with a `|` between, or its SHA-256 where that is longer than
   * 255 characters. Never an e-mail address alone: another provider, or another user later on, may have the same.
   */
  userId?: (who: LoginFacts) => string | undefined | Promise<string | undefined>;
  /** Puts into the session what the application wants there, before it is stored. What it throws ends the login. */
  onLogin?: (
    session: Session<Data>,
    login: LoginFacts & { readonly tokens: TokenSet },
  ) => void | Promise<void>;
  /** How long ago the user may have authenticated at the provider when the login begins. Sent, and verified. Default: as the provider likes. */
  maxAuthAge?: Duration;
  /** Authentication context classes, one of which the login must have. Sent, and verified. Default: any. */
  requireAcr?: readonly string[];
  /** Refuse ID tokens without `sid`: for a client that is registered with `backchannel_logout_session_required`. Default `false`. */
  requireSid?: boolean;
  /** Which keys of the session before the login survive, as in `session.login`. */
  keep?: ReadonlyArray<KeyOf<Data>>;
  /** `login?silent=1` asks the provider without showing anything, and comes back whether somebody is signed in there or not. Default `false`. */
  silent?: boolean;
  /** Other sites' pages, and the provider, may begin a login (OpenID Connect Core section 4). Default `false`. */
  thirdPartyInitiated?: boolean;
  /** Whether a logout token has to say by `typ` that it is one. Default `"if-present"`; `"strict"` is what OWASP ASVS 10.5.5 wants. */
  logoutTokens?: "if-present" | "strict";
  /** With which the client's ID and logout tokens are signed (`id_token_signed_response_alg`). Default `"RS256"`. */
  algorithm?: SigningAlgorithm;
  /** Heed front-channel logout, which browsers that block third-party cookies do not let through. Default `false`. */
  frontchannelLogout?: boolean;
  /** When the provider renews the tokens no more (`invalid_grant`). Default `"end-session"`. */
  onGrantEnd?: "end-session" | "keep-session";
  /** Push the login's parameters to the provider (RFC 9126): where it demands that, or always. Default `"if-required"`. */
  par?: "if-required" | "always";
  /** A path of this application. Default `"/"`. */
  afterLogin?: string;
  /** A path of this application. Default `"/"`. */
  afterLogout?: string;
  /** How long the provider may take for one answer, in whole seconds. Default `"5s"`. */
  timeout?: Duration;
  /** Milliseconds since the epoch. Default `Date.now`. */
  clock?: () => number;
  /** Bytes from a cryptographically secure source. Default `node:crypto`. For tests only. */
  random?: Random;
  /** In place of the global `fetch`, for a proxy. */
  fetch?: CustomFetch;
}
