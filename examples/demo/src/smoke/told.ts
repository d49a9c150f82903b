import { storageKinds } from "../storage/kinds.ts";
import { Browser } from "./browser.ts";
import { check, same } from "./check.ts";
import { logIn } from "./login.ts";
import { idOn, notice } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { choose } from "./storages.ts";

/** What a page is told of its session, as it asks for it. */
export async function told(port: number): Promise<void> {
  for (const kind of storageKinds) {
    await check(
      `${kind}: every server tells a page of its session, and sets no cookie`,
      async () => {
        const visitor = new Browser(port);
        await choose(visitor, 0, kind);
        const id = idOn(await logIn(visitor, 1, "bob"));
        for (const server of eachServer) {
          const { status, text, setCookie } = await visitor.get(server, "/session");
          const { signedIn, userId, id: of } = JSON.parse(text);
          same([status, signedIn, userId, of], [200, true, "bob", id], nameOf(server));
          same(setCookie, [], nameOf(server));
        }
        await visitor.post(2, "/logout");
        same(JSON.parse((await visitor.get(3, "/session")).text).signedIn, false);
      },
    );
  }

  await check(
    "a script is told where a form leads, and the message waits for the page",
    async () => {
      for (const server of eachServer) {
        const visitor = new Browser(port);
        const accept = { accept: "application/json" };
        const { text } = await visitor.post(server, "/cart/add", { item: "hat" }, accept);
        same(JSON.parse(text), { next: "/" }, nameOf(server));
        same(notice(await visitor.get(server, "/")), "Felt hat is in your cart.", nameOf(server));
      }
    },
  );
}
