import { createServer } from "node:http";
import * as oidc from "openid-client";
import { afterEach, expect, test } from "vitest";
import { listen } from "../../frameworks/harness/listen.ts";
import { Browser } from "../browser/browser.ts";
import { Web } from "../browser/web.ts";
import { API, client } from "./options.ts";
import { TestProvider } from "./provider.ts";

const SHOP = "https://shop.example";

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A provider, and an application that only tells what it was asked. */
async function start(more: Parameters<typeof client>[3] = {}) {
  const web = new Web();
  const heard: string[] = [];
  const app = await listen(
    createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      heard.push(`${request.method} ${request.url} ${body}`);
      response.end("the application");
    }),
  );
  cleanups.push(app.close);
  web.host(SHOP, app.port);
  const clients = [client("shop", "the secret of the shop", SHOP, more)];
  const provider = await TestProvider.start({ clients, resource: API }, web.fetch);
  cleanups.push(() => provider.down().catch(() => {}));
  const options = { execute: [oidc.allowInsecureRequests] };
  const config = await oidc.discovery(
    new URL(provider.issuer),
    "shop",
    "the secret of the shop",
    undefined,
    options,
  );
  const begin = async (parameters: Record<string, string> = {}) => {
    const verifier = oidc.randomPKCECodeVerifier();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${SHOP}/auth/callback`,
      scope: "openid",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...parameters,
    });
    return { url, verifier };
  };
  return { web, heard, provider, config, begin };
}

test("signs somebody in, gives tokens, rotates them, tells clients of the end", async () => {
  const { web, heard, provider, config, begin } = await start();
  provider.authentication = { acr: "2fa", amr: ["pwd", "otp"] };
  const browser = new Browser(web);
  const { url, verifier } = await begin();
  const page = await browser.type(url.href);
  expect(page.body).toBe("the application");
  const tokens = await oidc.authorizationCodeGrant(config, page.url, {
    pkceCodeVerifier: verifier,
  });
  expect(tokens.claims()).toMatchObject({
    sub: "ann",
    acr: "2fa",
    amr: ["pwd", "otp"],
    sid: expect.any(String),
    auth_time: expect.any(Number),
  });
  const first = String(tokens.refresh_token);
  const renewed = await oidc.refreshTokenGrant(config, first);
  expect(renewed.refresh_token).not.toBe(first);
  expect(provider.ledger.count("refresh_token")).toBe(1);
  for (const secret of [first, tokens.access_token, renewed.id_token, verifier]) {
    expect(provider.ledger.secrets).toContain(secret);
  }
  await expect(oidc.refreshTokenGrant(config, first)).rejects.toThrow();

  const after = await browser.type(
    oidc.buildEndSessionUrl(config, {
      id_token_hint: String(tokens.id_token),
      post_logout_redirect_uri: `${SHOP}/auth/logged-out`,
      state: "abc",
    }).href,
  );
  expect(after.url.href).toBe(`${SHOP}/auth/logged-out?state=abc`);
  expect(heard.some((it) => it.startsWith("POST /auth/backchannel-logout logout_token=ey"))).toBe(
    true,
  );
});

test("knows who has signed in before, sends forms, and can be gone for a while", async () => {
  const { web, heard, provider, begin } = await start();
  const browser = new Browser(web);
  await browser.type((await begin()).url.href);
  browser.person = "";
  const { url } = await begin({ response_mode: "form_post", prompt: "none", state: "s" });
  await provider.down();
  await expect(browser.type(url.href)).rejects.toThrow();
  await provider.up();
  await browser.type(url.href);
  expect(heard.at(-1)).toMatch(/^POST \/auth\/callback .*code=/);
});

test("changes its keys", async () => {
  const { provider } = await start();
  const keys = async () => {
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: unknown[] };
    return keys;
  };
  const [before] = await keys();
  provider.rotateKeys({ keepOld: true });
  expect(await keys()).toEqual([expect.anything(), before]);
  provider.rotateKeys();
  expect(await keys()).not.toContainEqual(before);
});
