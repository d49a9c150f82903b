import { demoUsers } from "../accounts/users.ts";
import { Browser, type Visit } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { cartCount, idOn, otherSessions, userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";

export function logIn(
  browser: Browser,
  server: number,
  user: string,
  more: Readonly<Record<string, string>> = {},
  path = "/login",
): Promise<Visit> {
  return browser.post(server, path, { user, password: passwordOf(user), ...more });
}

/** As it was at first. */
export function passwordOf(user: string): string {
  return demoUsers.find(({ id }) => id === user)?.password ?? "";
}

/** Logins, and what ends them. */
export async function login(port: number): Promise<void> {
  const everywhere = (browser: Browser) =>
    Promise.all(eachServer.map(async (server) => userOn(await browser.get(server, "/"))));

  for (const server of eachServer) {
    await check(
      `${nameOf(server)}: login there is login everywhere, logout there too`,
      async () => {
        const visitor = new Browser(port);
        await visitor.post(server, "/cart/add", { item: "hat" });
        const anonymous = visitor.cookies;
        const visit = await logIn(visitor, server, "bob");
        same([userOn(visit), cartCount(visit)], ["Bob", 1], "user and cart");
        same(
          await everywhere(visitor),
          eachServer.map(() => "Bob"),
        );
        const fixated = new Browser(port);
        fixated.cookies = anonymous;
        same(userOn(await fixated.get(server, "/")), undefined, "user with the token of before");
        const loggedIn = visitor.cookies;
        const goodbye = await visitor.post(server, "/logout");
        holds(goodbye.text.includes("destroy"), "the page does not tell of the destroy");
        same(visitor.cookies, "", "cookies left");
        visitor.cookies = loggedIn;
        same(
          await everywhere(visitor),
          eachServer.map(() => undefined),
        );
      },
    );
  }

  await check("a login without remember me: one cookie, which goes with the browser", async () => {
    const { setCookie } = await logIn(new Browser(port), 1, "bob");
    same(setCookie.length, 1);
    const [line = ""] = setCookie;
    holds(/^__Host-id=[^;]+;.*Secure/.test(line) && line.includes("HttpOnly"), line);
    holds(!/Max-Age/i.test(line), line);
  });

  await check("a rotated ticket is a new secret of the same session, on every server", async () => {
    const visitor = new Browser(port);
    const id = idOn(await logIn(visitor, 2, "bob"));
    const before = visitor.cookies;
    const visit = await visitor.post(3, "/sessions/rotate", { back: "/cart" });
    same([visit.url, idOn(visit)], ["/cart", id]);
    holds(visitor.cookies !== before, "the secret is the same");
    holds(visit.text.includes("presented for the first time"), "not confirmed");
    same(
      await everywhere(visitor),
      eachServer.map(() => "Bob"),
    );
  });

  await check("no page ever shows a secret", async () => {
    const visitor = new Browser(port);
    await logIn(visitor, 0, "bob");
    const secret = visitor.cookies.split(".")[1] ?? "";
    holds(secret.length >= 43, "no secret to look for");
    for (const path of ["/", "/cart", "/sessions"]) {
      const { text } = await visitor.get(4, path);
      holds(!text.includes(secret), `${path} shows it`);
    }
  });

  await check("your sessions: end one, end the others, never somebody else's", async () => {
    const [one, two, three, bob] = [0, 1, 2, 3].map(() => new Browser(port)) as [
      Browser,
      Browser,
      Browser,
      Browser,
    ];
    await logIn(one, 0, "alice");
    const secondId = idOn(await logIn(two, 1, "alice")) ?? "";
    await logIn(three, 2, "alice");
    await logIn(bob, 3, "bob");
    same(otherSessions(await one.get(4, "/sessions")).length, 2);
    await bob.post(0, "/sessions/revoke", { id: secondId });
    same(userOn(await two.get(2, "/")), "Alice", "after another user tried");
    await one.post(3, "/sessions/revoke", { id: secondId });
    same([userOn(await two.get(2, "/")), userOn(await three.get(4, "/"))], [undefined, "Alice"]);
    await one.post(2, "/sessions/revoke-others");
    same([userOn(await three.get(1, "/")), userOn(await one.get(0, "/"))], [undefined, "Alice"]);
  });

  await check("six logins over all servers: five sessions, the oldest is out", async () => {
    const browsers = Array.from({ length: 6 }, () => new Browser(port));
    for (const [index, browser] of browsers.entries()) await logIn(browser, index % 5, "alice");
    const users = await Promise.all(
      browsers.map(async (it, index) => userOn(await it.get(index % 5, "/"))),
    );
    same(users, [undefined, "Alice", "Alice", "Alice", "Alice", "Alice"]);
  });
}
