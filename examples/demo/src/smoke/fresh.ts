import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn } from "./login.ts";
import { csrfField, idOn, notice } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { until } from "./until.ts";

/** Who has just logged in on each server; with those in hand the login is old when `stale` asks. */
export async function fresh(port: number): Promise<readonly Browser[]> {
  const browsers: Browser[] = [];
  for (const server of eachServer) {
    const visitor = new Browser(port);
    await check(
      `${nameOf(server)}: pages of an account want a login, and then are there`,
      async () => {
        const away = await visitor.get(server, "/account/email");
        same(away.url, "/login?returnTo=%2Faccount%2Femail");
        const script = await visitor.get(server, "/account", { "sec-fetch-mode": "cors" });
        same([script.status, JSON.parse(script.text).code], [401, "unauthenticated"]);
        const form = await logIn(visitor, server, "admin", {}, away.url);
        same([form.url, form.status], ["/account/email", 200]);
        const email = `admin-${server}@cloakroom.example`;
        const without = await visitor.post(server, "/account/email", { email });
        same(without.status, 403, "without the token of the form");
        const bad = await visitor.post(server, "/account/email", {
          email: "admin",
          _csrf: csrfField(form),
        });
        holds(bad.text.includes("That is no e-mail address."), "no message");
        const good = await visitor.post(server, "/account/email", {
          email,
          _csrf: csrfField(form),
        });
        same([good.url, notice(good)], ["/account", "Your e-mail address is changed."]);
        const elsewhere = await visitor.get((server + 1) % 5, "/account");
        holds(elsewhere.text.includes(email), "the other server does not know it");
      },
    );
    browsers.push(visitor);
  }
  return browsers;
}

export async function stale(browsers: readonly Browser[]): Promise<void> {
  for (const [server, visitor] of browsers.entries()) {
    await check(
      `${nameOf(server)}: a login that is too old is asked for again, and keeps the rest`,
      async () => {
        await visitor.post(server, "/cart/add", { item: "hat" });
        await until("stale", async () => {
          const { url } = await visitor.get(server, "/account/email");
          return url === "/login?returnTo=%2Faccount%2Femail&reason=stale-login";
        });
        const id = idOn(await visitor.get(server, "/cart"));
        const path = "/login?returnTo=%2Faccount%2Femail&reason=stale-login";
        const again = await logIn(visitor, server, "admin", {}, path);
        same([again.url, idOn(again)], ["/account/email", id]);
        same((await visitor.get(server, path)).url, "/account/email", "asked once more");
      },
    );
  }
}
