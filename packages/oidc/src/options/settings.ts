import { randomBytes } from "node:crypto";
import {
  type Duration,
  type KeyOf,
  milliseconds,
  type Random,
  type Session,
  type SessionStore,
  type Sessions,
} from "@coatcheck/core";
import { safeReturnTo } from "@coatcheck/core/guards";
import { type KeyOptions, type KeyRing, keyRing } from "@coatcheck/core/sealed";
import { complete, fail, mustBeFunction, oneOf } from "@coatcheck/core/token-storage";
import type { ClientAuth, CustomFetch } from "openid-client";
import type { TokenSet } from "../connection/connection.ts";
import { userIdOf } from "../login/user-id.ts";
import type { LoginFacts, OidcOptions, SigningAlgorithm } from "./options.ts";
import { parametersIn } from "./parameters.ts";
import { originOf, secureUrl } from "./url.ts";

/** The options, checked and complete. */
export interface Settings<Data extends object> {
  readonly sessions: Sessions<Data>;
  readonly store: SessionStore;
  readonly keys: string | KeyOptions;
  readonly ring: KeyRing;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly clientAuth: ClientAuth | undefined;
  readonly baseUrl: string;
  readonly path: string;
  readonly scope: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly responseMode: "query" | "form_post";
  readonly userId: (who: LoginFacts) => string | undefined | Promise<string | undefined>;
  readonly onLogin: (
    session: Session<Data>,
    login: LoginFacts & { readonly tokens: TokenSet },
  ) => void | Promise<void>;
  /** Seconds. */
  readonly maxAuthAge: number | undefined;
  readonly requireAcr: readonly string[];
  readonly requireSid: boolean;
  readonly keep: ReadonlyArray<KeyOf<Data>> | undefined;
  readonly silent: boolean;
  readonly thirdPartyInitiated: boolean;
  readonly logoutTokens: "if-present" | "strict";
  readonly algorithm: SigningAlgorithm;
  readonly frontchannelLogout: boolean;
  readonly onGrantEnd: "end-session" | "keep-session";
  readonly par: "if-required" | "always";
  readonly afterLogin: string;
  readonly afterLogout: string;
  /** Seconds. */
  readonly timeout: number;
  readonly clock: () => number;
  readonly random: Random;
  readonly fetch: CustomFetch | undefined;
}

const DEFAULTS = {
  sessions: undefined as unknown,
  store: undefined as SessionStore | undefined,
  keys: undefined as string | KeyOptions | undefined,
  issuer: undefined as unknown,
  clientId: undefined as unknown,
  clientSecret: undefined as string | undefined,
  clientAuth: undefined as ClientAuth | undefined,
  baseUrl: undefined as unknown,
  path: "/auth",
  scope: "openid",
  parameters: {} as Readonly<Record<string, string>>,
  responseMode: "query",
  userId: userIdOf,
  onLogin: () => undefined,
  maxAuthAge: undefined as Duration | undefined,
  requireAcr: [] as readonly string[],
  requireSid: false,
  keep: undefined as readonly string[] | undefined,
  silent: false,
  thirdPartyInitiated: false,
  logoutTokens: "if-present",
  algorithm: "RS256",
  frontchannelLogout: false,
  onGrantEnd: "end-session",
  par: "if-required",
  afterLogin: "/",
  afterLogout: "/",
  timeout: "5s" as Duration,
  clock: Date.now,
  random: (size: number) => randomBytes(size),
  fetch: undefined as CustomFetch | undefined,
} satisfies Record<keyof OidcOptions<object>, unknown>;

const ALGORITHMS: readonly SigningAlgorithm[] = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "Ed25519", "EdDSA"] as const),
];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf<Data extends object>(given: OidcOptions<Data>): Settings<Data> {
  const options = complete<Record<keyof OidcOptions<object>, unknown>>(given, "", DEFAULTS);
  const { sessions, store, clientId, timeout, maxAuthAge, requireAcr, keep } = options;
  if (typeof (sessions as Sessions | undefined)?.open !== "function") {
    fail("sessions", "must be the manager that createSessions gave");
  }
  // A logout token would be taken, and the sessions it names live on.
  if (!(sessions as Sessions).revocable) {
    fail("sessions", "cannot end a session from elsewhere: give its storage a revocation store");
  }
  if (typeof (store as SessionStore | undefined)?.listByUser !== "function") {
    fail("store", "must be a session store that can list by user, and not that of the sessions");
  }
  const ring = keyRing(options.keys as string | undefined);
  secureUrl("issuer", options.issuer);
  mustBeText("clientId", clientId);
  checkClient(given);
  for (const name of ["path", "afterLogin", "afterLogout"] as const)
    mustBePath(name, options[name]);
  if (!/^(\/[\w.~-]+)+$/.test(String(options.path))) {
    fail("path", 'must be a path without a slash at its end, like "/auth"');
  }
  mustBeText("scope", options.scope);
  if (!String(options.scope).split(" ").includes("openid")) {
    fail("scope", 'must contain "openid": without it nobody says who the user is');
  }
  oneOf("responseMode", options.responseMode, "query", "form_post");
  oneOf("logoutTokens", options.logoutTokens, "if-present", "strict");
  oneOf("onGrantEnd", options.onGrantEnd, "end-session", "keep-session");
  oneOf("par", options.par, "if-required", "always");
  oneOf("algorithm", options.algorithm, ...ALGORITHMS);
  for (const name of [
    "requireSid",
    "silent",
    "thirdPartyInitiated",
    "frontchannelLogout",
  ] as const) {
    oneOf(name, options[name], true, false);
  }
  for (const name of ["userId", "onLogin", "clock", "random"] as const) {
    mustBeFunction(name, options[name]);
  }
  if (options.fetch !== undefined) mustBeFunction("fetch", options.fetch);
  mustBeTexts("requireAcr", requireAcr);
  if (keep !== undefined) mustBeTexts("keep", keep);
  return {
    ...(options as object as Settings<Data>),
    ring,
    parameters: parametersIn(options.parameters),
    baseUrl: originOf("baseUrl", options.baseUrl),
    maxAuthAge: maxAuthAge === undefined ? undefined : secondsOf("maxAuthAge", maxAuthAge),
    timeout: Math.max(1, secondsOf("timeout", timeout)),
  };
}

function checkClient(given: Pick<OidcOptions<object>, "clientSecret" | "clientAuth">): void {
  const { clientSecret, clientAuth } = given;
  // `process.env.SECRET` that is not set must not make a public client without a word.
  if ("clientSecret" in given) {
    if (typeof clientSecret !== "string" || clientSecret === "") {
      fail("clientSecret", "is no text: leave it out for a public client");
    }
    if (clientAuth !== undefined) fail("clientAuth", "takes the place of clientSecret: give one");
  }
  if ("clientAuth" in given) mustBeFunction("clientAuth", clientAuth);
}

function mustBePath(option: string, value: unknown): void {
  if (safeReturnTo(value, "") === "") fail(option, 'must be a path of this application, like "/"');
}

function mustBeText(option: string, value: unknown): void {
  if (typeof value !== "string" || value === "") fail(option, "must be a text");
}

function mustBeTexts(option: string, value: unknown): void {
  const isList = Array.isArray(value) && value.every((it) => typeof it === "string" && it !== "");
  if (!isList) fail(option, "must be a list of texts");
}

function secondsOf(option: string, value: unknown): number {
  const ms = milliseconds(value, option);
  if (ms < 1000 && option === "timeout") fail(option, 'must be at least "1s"');
  return Math.ceil(ms / 1000);
}
