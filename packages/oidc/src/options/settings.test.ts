import { createSessions, memoryStore, SessionConfigError } from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { expect, test } from "vitest";
import { createOidc } from "../oidc.ts";
import type { OidcOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

const key = generateKey();

const good = (more: object = {}): OidcOptions<Record<string, unknown>> => ({
  sessions: createSessions(),
  store: memoryStore(),
  keys: key,
  issuer: "https://id.example.com",
  clientId: "shop",
  baseUrl: "https://shop.example.com",
  ...more,
});

test.each<[string, object]>([
  ["sessions", { sessions: {} }],
  ["sessions", { sessions: undefined }],
  ["store", { store: undefined }],
  ["store", { store: { read() {}, create() {} } }],
  ["keys", { keys: undefined }],
  ["keys", { keys: "short" }],
  ["issuer", { issuer: undefined }],
  ["issuer", { issuer: "id.example.com" }],
  ["issuer", { issuer: "http://id.example.com" }],
  ["issuer", { issuer: "http://localhost.evil.example" }],
  ["issuer", { issuer: "https://id.example.com?tenant=1" }],
  ["issuer", { issuer: "https://id.example.com#top" }],
  ["issuer", { issuer: "https://user:pass@id.example.com" }],
  ["clientId", { clientId: "" }],
  ["clientSecret", { clientSecret: undefined }],
  ["clientSecret", { clientSecret: "" }],
  ["clientAuth", { clientAuth: undefined }],
  ["clientAuth", { clientSecret: "x", clientAuth: () => undefined }],
  ["baseUrl", { baseUrl: "https://shop.example.com/app" }],
  ["baseUrl", { baseUrl: "http://shop.example.com" }],
  ["baseUrl", { baseUrl: undefined }],
  ["path", { path: "auth" }],
  ["path", { path: "/" }],
  ["path", { path: "/auth/" }],
  ["path", { path: "//auth" }],
  ["path", { path: "/auth?x" }],
  ["scope", { scope: "email" }],
  ["scope", { scope: "openid2" }],
  ["parameters", { parameters: "audience" }],
  ["parameters", { parameters: null }],
  ["parameters", { parameters: ["audience"] }],
  ["parameters", { parameters: { audience: undefined } }],
  ["parameters", { parameters: { audience: "" } }],
  ["parameters", { parameters: { "a b": "c" } }],
  ["parameters", { parameters: { prompt: "none" } }],
  ["parameters", { parameters: { prompt: "consent none" } }],
  ...[
    ...["scope", "response_mode", "max_age", "acr_values", "client_id", "client_secret"],
    ...["client_assertion", "client_assertion_type", "redirect_uri", "response_type", "state"],
    ...["nonce", "code_challenge", "code_challenge_method", "dpop_jkt", "request", "request_uri"],
    ...["registration", "id_token_hint", "login_hint", "grant_type", "code", "code_verifier"],
    "refresh_token",
  ].map((name): [string, object] => ["parameters", { parameters: { [name]: "x" } }]),
  ["responseMode", { responseMode: "fragment" }],
  ["algorithm", { algorithm: "none" }],
  ["algorithm", { algorithm: "HS256" }],
  ["logoutTokens", { logoutTokens: "never" }],
  ["onGrantEnd", { onGrantEnd: "nothing" }],
  ["par", { par: true }],
  ["silent", { silent: "yes" }],
  ["requireSid", { requireSid: 1 }],
  ["thirdPartyInitiated", { thirdPartyInitiated: null }],
  ["frontchannelLogout", { frontchannelLogout: "on" }],
  ["requireAcr", { requireAcr: "2fa" }],
  ["requireAcr", { requireAcr: [""] }],
  ["keep", { keep: "cart" }],
  ["maxAuthAge", { maxAuthAge: 3600 }],
  ["timeout", { timeout: "500ms" }],
  ["timeout", { timeout: 5 }],
  ["afterLogin", { afterLogin: "https://evil.example" }],
  ["afterLogout", { afterLogout: "//evil.example" }],
  ["userId", { userId: "sub" }],
  ["onLogin", { onLogin: null }],
  ["clock", { clock: 0 }],
  ["random", { random: 0 }],
  ["fetch", { fetch: "proxy" }],
  ["dpop", { dpop: true }],
  ["redirectUri", { redirectUri: "https://shop.example.com/cb" }],
])("G16 %s: %o does not construct", (option, wrong) => {
  const make = () => createOidc(good(wrong));
  expect(make).toThrow(SessionConfigError);
  expect(make).toThrow(expect.objectContaining({ option }));
});

test("G15 no error shows a key", () => {
  const secret = `${key.slice(0, -2)}!!`;
  const make = () => createOidc(good({ keys: secret }));
  expect(make).toThrow(SessionConfigError);
  expect(make).not.toThrow(expect.objectContaining({ message: expect.stringContaining(secret) }));
});

test("http is for this machine", () => {
  for (const issuer of ["http://localhost:3000", "http://127.0.0.1:3000"]) {
    expect(settingsOf(good({ issuer, baseUrl: issuer })).baseUrl).toBe(issuer);
  }
});

test("the defaults are those of the documentation", () => {
  expect(settingsOf(good())).toMatchObject({
    path: "/auth",
    scope: "openid",
    parameters: {},
    responseMode: "query",
    maxAuthAge: undefined,
    requireAcr: [],
    requireSid: false,
    silent: false,
    thirdPartyInitiated: false,
    logoutTokens: "if-present",
    algorithm: "RS256",
    frontchannelLogout: false,
    onGrantEnd: "end-session",
    par: "if-required",
    afterLogin: "/",
    afterLogout: "/",
    timeout: 5,
  });
});

test("parameters are those of the construction, whatever becomes of the object", () => {
  const parameters: Record<string, string> = { audience: "a" };
  const settings = settingsOf(good({ parameters }));
  parameters.request_uri = "https://evil.example";
  expect(settings.parameters).toEqual({ audience: "a" });
});

test("an issuer is kept to the letter", () => {
  const issuer = "https://ID.example.com/realms/Shop/";
  expect(settingsOf(good({ issuer })).issuer).toBe(issuer);
});
