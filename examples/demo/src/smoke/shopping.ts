import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { cartCount, storeCalls, theme } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { postTogether } from "./together.ts";

/** Anonymous visitors: no trace without a write, one cart on all servers. */
export async function shopping(port: number): Promise<void> {
  for (const server of eachServer) {
    await check(
      `${nameOf(server)}: an anonymous page costs no cookie and no store call`,
      async () => {
        const visit = await new Browser(port).get(server, "/");
        same([visit.status, visit.setCookie, storeCalls(visit)], [200, [], []]);
        holds(visit.text.includes("</html>"), "the page is not whole");
      },
    );
  }

  const visitor = new Browser(port);
  for (const server of eachServer) {
    const next = (server + 1) % eachServer.length;
    await check(
      `${nameOf(server)}: what goes into the cart is there on ${nameOf(next)}`,
      async () => {
        const added = await visitor.post(server, "/cart/add", { item: "hat" });
        same(added.setCookie.length, server === 0 ? 1 : 0, "cookies set");
        const seen = await visitor.get(next, "/cart");
        same([cartCount(seen), storeCalls(seen)], [server + 1, ["read"]]);
      },
    );
  }

  await check("ten additions at once, two on each server: no count is lost", async () => {
    const before = cartCount(await visitor.get(0, "/"));
    const ports = [...eachServer, ...eachServer].map((server) => port + server);
    await postTogether(ports, "/cart/add", { item: "scarf" }, visitor.cookies);
    const after = await visitor.get(3, "/");
    same(cartCount(after), before + 10);
    holds(after.text.includes("conflict"), "they did not get into each other's way at all");
  });

  await check("quantities change, and an item goes, from whichever server", async () => {
    await visitor.post(4, "/cart/quantity", { item: "hat", quantity: "2" });
    same(cartCount(await visitor.get(2, "/cart")), 12);
    await visitor.post(3, "/cart/quantity", { item: "scarf", quantity: "0" });
    same(cartCount(await visitor.get(1, "/cart")), 2);
  });

  await check("a message is shown once", async () => {
    const first = await visitor.post(1, "/cart/add", { item: "gloves" });
    const second = await visitor.get(1, "/");
    same(
      [first, second].map(
        ({ text }) => text.includes("Gloves is in your cart") || text.includes('class="notice"'),
      ),
      [true, false],
    );
  });

  await check("the theme chosen on one server is there on all", async () => {
    await visitor.post(2, "/theme", { theme: "dark", back: "/cart" });
    const visits = await Promise.all(eachServer.map((server) => visitor.get(server, "/")));
    same(
      visits.map(theme),
      eachServer.map(() => "dark"),
    );
  });

  await check("style sheet and script are there on every server, and set no cookie", async () => {
    for (const server of eachServer) {
      for (const [path, text] of [
        ["/style.css", ".ticket"],
        ["/client/page.js", "EventSource"],
      ] as const) {
        const asset = await visitor.get(server, path);
        holds(asset.status === 200 && asset.text.includes(text), `${path}, ${nameOf(server)}`);
        same(asset.setCookie, []);
      }
    }
  });

  await check("a form from another site is refused on every server", async () => {
    for (const server of eachServer) {
      const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      const visit = await visitor.post(server, "/cart/add", { item: "hat" }, headers);
      same(visit.status, 403, nameOf(server));
    }
    same(cartCount(await visitor.get(0, "/")), 3);
  });
}
