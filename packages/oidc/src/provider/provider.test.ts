import { exportJWK, generateKeyPair } from "jose";
import { ClientSecretPost, type CustomFetchOptions } from "openid-client";
import { expect, test } from "vitest";
import type { OidcOptions } from "../options/options.ts";
import { ISSUER } from "../testing/fake-issuer.ts";
import { Browser, type Data, headerIn, loginBench } from "../testing/login-bench.ts";

type Bench = Awaited<ReturnType<typeof loginBench>>;

/** What goes to the token endpoint at a login. */
async function tokenRequest(
  oidc: Partial<OidcOptions<Data>>,
  metadata: Record<string, unknown> = {},
  kind?: "public",
) {
  const requests: CustomFetchOptions[] = [];
  const found: { bench?: Bench } = {};
  const bench = await loginBench({
    isPublic: kind === "public" || oidc.clientAuth !== undefined,
    oidc: {
      ...oidc,
      fetch: async (url, options) => {
        if (url.endsWith("/token")) requests.push(options);
        return (found.bench as Bench).issuer.fetch(url, options);
      },
    },
  });
  found.bench = bench;
  bench.issuer.tricks.metadata = metadata;
  expect((await bench.login(new Browser())).status).toBe(303);
  const [request] = requests;
  // Nobody waits for ever for a provider that does not answer.
  expect(request?.signal).toBeInstanceOf(AbortSignal);
  const form = new URLSearchParams(request?.body as URLSearchParams);
  return { authorization: request?.headers.authorization, secret: form.get("client_secret"), form };
}

const DAY = 86_400_000;
const BASIC = `Basic ${Buffer.from("shop:s3cret").toString("base64")}`;

test.each<
  [string, Partial<OidcOptions<Data>>, Record<string, unknown>, string | undefined, string | null]
>([
  ["a secret goes by client_secret_basic", {}, {}, BASIC, null],
  [
    "by client_secret_post where the provider takes nothing else",
    {},
    { token_endpoint_auth_methods_supported: ["client_secret_post"] },
    undefined,
    "s3cret",
  ],
  [
    "by client_secret_basic where it takes both",
    {},
    { token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"] },
    BASIC,
    null,
  ],
])("%s", async (_, oidc, metadata, authorization, secret) => {
  expect(await tokenRequest(oidc, metadata)).toMatchObject({ authorization, secret });
});

test("the verifier of PKCE goes along, and the redirect URI is not the request's", async () => {
  const { form } = await tokenRequest({});
  expect(form.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  expect(form.get("redirect_uri")).toBe("https://shop.example.com/auth/callback");
});

test("clientAuth takes the secret's place; without either the client is a public one", async () => {
  const own = await tokenRequest({ clientAuth: ClientSecretPost("other") });
  expect(own).toMatchObject({ authorization: undefined, secret: "other" });
  const none = await tokenRequest({}, {}, "public");
  expect(none).toMatchObject({ authorization: undefined, secret: null });
});

test("the keys are asked for once; one that the provider has just begun to use is found", async () => {
  const bench = await loginBench();
  await bench.login(new Browser());
  await bench.login(new Browser());
  const asked = () => bench.issuer.calls.filter((path) => path === "/jwks").length;
  expect(asked()).toBe(1);
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k2", alg: "RS256", use: "sig" };
  bench.issuer.tricks.idToken = (it) => bench.issuer.sign(it, { kid: "k2" }, privateKey);
  bench.issuer.tricks.answer = (path) =>
    path === "/jwks" ? Response.json({ keys: [jwk] }) : undefined;
  expect((await bench.login(new Browser())).status).toBe(303);
  expect(asked()).toBe(2);
});

test("metadata are asked for again after a day; those of before will do if the provider is down", async () => {
  const bench = await loginBench();
  const asked = () => bench.issuer.calls.filter((path) => path.includes("well-known")).length;
  const begin = () => bench.ask(new Browser(), "/auth/login");
  await begin();
  bench.pass(DAY - 1);
  await begin();
  expect(asked()).toBe(1);
  bench.pass(1);
  bench.issuer.tricks.answer = () => new Response("oh", { status: 502 });
  expect([(await begin()).status, asked()]).toEqual([303, 2]);
  delete bench.issuer.tricks.answer;
  bench.issuer.tricks.metadata = { authorization_endpoint: `${ISSUER}/moved` };
  expect(headerIn(await begin(), "location")).toContain(`${ISSUER}/moved?`);
});
