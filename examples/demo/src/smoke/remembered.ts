import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn } from "./login.ts";
import { idOn, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { choose } from "./storages.ts";
import { FIREFOX } from "./user-agent.ts";

export async function rememberMe(port: number): Promise<void> {
  for (const server of eachServer) {
    await check(
      `${nameOf(server)}: remembered, and back after the browser was closed`,
      async () => {
        const visitor = new Browser(port, FIREFOX);
        const visit = await logIn(visitor, server, "bob", { remember: "yes" });
        const id = idOn(visit);
        const ages = visit.setCookie.map((line) => [line.split("=")[0], /Max-Age=/i.test(line)]);
        same(ages, [
          ["__Host-id", false],
          ["__Host-remember", true],
        ]);
        const closed = await visitor.post(server, "/sessions/drop-cookie");
        same([closed.url, userOn(closed), idOn(closed)], ["/sessions", "Bob", id]);
        holds(closed.text.includes("Firefox on Linux"), "no label");
        holds(closed.text.includes('<span class="badge">remembered</span>'), "not in the list");
        holds(closed.text.includes("<b>Resumed</b>"), "the ticket does not tell");
        holds(closed.text.includes("a remember-me token opened the session"), "nor the panel");
        const asked = await visitor.get(server, "/account/email");
        same(asked.url, "/login?returnTo=%2Faccount%2Femail&reason=stale-login", "not fresh");
        holds(/name="remember" value="yes" checked/.test(asked.text), "it would be forgotten");
        const again = await logIn(visitor, server, "bob", { remember: "yes" }, asked.url);
        same([again.url, idOn(again)], ["/account/email", id]);
        await visitor.post((server + 1) % 5, "/logout");
        same(visitor.cookies, "", "cookies left");
      },
    );
  }

  await check(
    "sealed and jwt: no second cookie, the one there is outlives the browser",
    async () => {
      for (const kind of ["sealed", "jwt"] as const) {
        const visitor = new Browser(port);
        await choose(visitor, 0, kind);
        const page = await visitor.get(1, "/login");
        holds(page.text.includes("so there is no second one"), "the page does not say so");
        await logIn(visitor, 2, "bob", { remember: "yes" });
        visitor.close();
        same(userOn(await visitor.get(3, "/")), "Bob", kind);
      }
    },
  );
}
