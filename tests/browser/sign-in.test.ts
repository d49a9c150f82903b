import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createSessions, memoryStore, type SessionsOptions } from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { expressSession, requireUser } from "@coatcheck/express";
import { createOidc, type OidcOptions } from "@coatcheck/oidc";
import { oidcRoutes } from "@coatcheck/oidc/express";
import { expect, test } from "vitest";
import { fakeIssuer } from "../../packages/oidc/src/testing/fake-issuer.ts";
import { describeChromium } from "./describe-chromium.ts";

interface Data {
  cart?: string;
}

/** By host: the application of the test, its provider, and somebody else. */
const hosts = new Map<string, RequestListener>();

const listener: RequestListener = (request, response) => {
  const host = request.headers.host?.replace(/:\d+$/, "") ?? "";
  const listen = hosts.get(host);
  if (listen) listen(request, response);
  else response.writeHead(404).end();
};

const html = (response: ServerResponse, body: string) =>
  response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html>${body}`);

describeChromium("signing in at a provider, as Chromium does it", listener, (world) => {
  async function serve({
    oidc: given = {},
    sessions: options = {},
    asks = false,
  }: {
    oidc?: Partial<OidcOptions<Data>>;
    sessions?: SessionsOptions<Data>;
    /** The provider shows a page of its own, from which the user comes back. */
    asks?: boolean;
  } = {}) {
    const at = (host: string, path = "") => world().servers.url("https", host, path);
    const issuer = at("id.example");
    const provider = await fakeIssuer(Date.now, issuer);
    const sessions = createSessions<Data>(options);
    const oidc = createOidc<Data>({
      sessions,
      store: memoryStore(),
      keys: generateKey(),
      issuer,
      clientId: "shop",
      baseUrl: at("shop.example"),
      fetch: provider.fetch,
      ...given,
    });
    const routes = oidcRoutes(oidc);
    const open = expressSession(sessions);
    const guard = requireUser(sessions, { loginUrl: oidc.loginUrl() });
    const fail = (response: ServerResponse) => (error?: unknown) =>
      void response.writeHead((error as { status?: number } | undefined)?.status ?? 500).end();

    hosts.set("shop.example", (request, response) => {
      const { url } = request;
      const me = () => {
        const session = sessions.of(request);
        const out = `<form method="post" action="/auth/logout"><button>Sign out</button></form>`;
        html(response, `<p>${session.userId}, ${session.get("cart")}</p>${out}`);
      };
      const rest = () => {
        if (url === "/me") guard(request, response, me);
        else if (url === "/cart") {
          sessions.of(request).set("cart", "apple");
          html(response, `<a href="/me">Me</a>`);
        } else html(response, `<p>${sessions.of(request).userId ?? "nobody"}</p>`);
      };
      const end = fail(response);
      routes(request, response, (error) =>
        error ? end(error) : open(request, response, (it) => (it ? end(it) : rest())),
      );
    });
    hosts.set("id.example", (request: IncomingMessage, response) => {
      const asked = new URL(at("id.example", request.url));
      const target = asked.searchParams.get("redirect_uri");
      if (asked.pathname === "/end") {
        const back = new URL(asked.searchParams.get("post_logout_redirect_uri") ?? "");
        back.searchParams.set("state", asked.searchParams.get("state") ?? "");
        response.writeHead(303, { location: back.href }).end();
        return;
      }
      const answer = provider.authorize(asked.href);
      if (asked.searchParams.get("response_mode") !== "form_post") {
        const location = `${target}?${answer}`;
        if (asks) html(response, `<script>location = ${JSON.stringify(location)}</script>`);
        else response.writeHead(303, { location }).end();
        return;
      }
      const fields = [...answer].map(([name, value]) => `<input name="${name}" value="${value}">`);
      html(
        response,
        `<form method="post" action="${target}">${fields.join("")}</form>
         <script>document.forms[0].submit()</script>`,
      );
    });
    hosts.set("other.example", (_, response) => {
      html(response, `<a href="${at("shop.example", "/me")}">To the shop</a>`);
    });
    return { at, user: `${issuer}|ann` };
  }

  test.each([
    ["query", "lax", "redirects"],
    ["query", "lax", "shows a page"],
    ["form_post", "lax", "shows a page"],
    ["form_post", "none", "shows a page"],
    ["query", "strict", "redirects"],
    // On the way from a page of the provider's a browser holds a Strict cookie back.
    ["query", "strict", "shows a page"],
    ["form_post", "strict", "shows a page"],
  ] as const)(
    "%s, with a SameSite=%s session cookie, at a provider that %s: the first page shows who it is, and what the session held",
    async (responseMode, sameSite, how) => {
      const { at, user } = await serve({
        asks: how === "shows a page",
        oidc: { responseMode },
        sessions: { cookie: { sameSite } },
      });
      await using visitor = await world().visitor();
      const { page } = visitor;
      await visitor.visit(at("shop.example", "/cart"));
      await page.click("a");
      await page.waitForURL(at("shop.example", "/me"));
      const text = (await page.textContent("p")) ?? "";
      expect(text).toBe(`${user}, apple`);
      const names = (await visitor.cookies()).map(({ name }) => name);
      expect(names).toEqual(["__Host-id"]);
    },
  );

  test("a link of another site's page takes one click more", async () => {
    const { at, user } = await serve();
    await using visitor = await world().visitor();
    const { page } = visitor;
    await visitor.visit(at("other.example", "/"));
    await page.click("a");
    await page.waitForURL(/\/auth\/login/);
    expect(await page.textContent("a")).toBe("Continue to sign in");
    expect(await visitor.cookies()).toEqual([]);
    await page.click("a");
    await page.waitForURL(at("shop.example", "/me"));
    expect(await page.textContent("p")).toBe(`${user}, undefined`);
  });

  test("a typed address of a guarded page signs in at once", async () => {
    const { at, user } = await serve();
    await using visitor = await world().visitor();
    await visitor.visit(at("shop.example", "/me"));
    expect(await visitor.page.textContent("p")).toBe(`${user}, undefined`);
  });

  test("signing out goes by way of the provider, and leaves no cookie", async () => {
    const { at } = await serve({ oidc: { afterLogout: "/bye" } });
    await using visitor = await world().visitor();
    const { page } = visitor;
    await visitor.visit(at("shop.example", "/me"));
    await page.click("button");
    await page.waitForURL(at("shop.example", "/bye"));
    expect(await page.textContent("p")).toBe("nobody");
    expect(await visitor.cookies()).toEqual([]);
  });
});
