import { statSync } from "node:fs";
import { keysFile } from "../storage/files.ts";
import { type StorageKind, storageKinds } from "../storage/kinds.ts";
import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { DemoProcess } from "./demo-process.ts";
import { logIn } from "./login.ts";
import { cartCount, storage, userOn } from "./page.ts";
import { nameOf } from "./servers.ts";
import { choose } from "./storages.ts";

/** Ends and starts the demo in every way, and gives back the one that runs in the end. */
export async function restart(
  first: DemoProcess,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<DemoProcess> {
  let demo = first;
  const visitors = await Promise.all(storageKinds.map((kind) => shopper(port, kind)));

  await check(
    "a taken port is named, with the server and the remedy, and nothing starts",
    async () => {
      const second = new DemoProcess({ ...env, PORT: String(port - 1) });
      const { code, output } = await second.end();
      same(code, 1, "exit code");
      holds(output.includes(`port ${port} (for ${nameOf(1)})`), output);
      holds(/PORT=\d+ npx/.test(output), output);
      same(userOn(await (visitors[0] as Browser).get(0, "/")), "Alice", "on the running demo");
    },
  );

  await check("a PORT, a DEMO_STORAGE or a DEMO_IDLE that is none is refused", async () => {
    const wrong = [{ PORT: "65535" }, { DEMO_STORAGE: "gold" }, { DEMO_IDLE: "90" }];
    const endings = await Promise.all(wrong.map((it) => new DemoProcess({ ...env, ...it }).end()));
    same(
      endings.map(({ code }) => code),
      [1, 1, 1],
    );
    holds(endings[0]?.output.includes("PORT is the first of 5 ports") === true, "PORT");
    holds(endings[1]?.output.includes("one of store, sealed, jwt") === true, "DEMO_STORAGE");
    holds(endings[2]?.output.includes("DEMO_IDLE is a time with its unit") === true, "DEMO_IDLE");
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    await check(
      `${signal} and start again: in each storage still logged in, cart and checkout are there`,
      async () => {
        const { code } = await demo.stop(signal);
        if (signal !== "SIGKILL") same(code, 0, "exit code");
        demo = new DemoProcess({ ...env, DEMO_STORAGE: "sealed" });
        await demo.up();
        for (const visitor of visitors) {
          const visit = await visitor.get(3, "/checkout/delivery");
          same([visit.url, userOn(visit), cartCount(visit)], ["/checkout/delivery", "Alice", 1]);
        }
      },
    );
  }

  await check("DEMO_STORAGE is where the sessions of new visitors live", async () => {
    same(storage(await new Browser(port).get(4, "/")), "sealed");
    holds(demo.output.includes("it begins sealed in the cookie"), demo.output);
  });

  await check("the file with the keys is its owner's alone", async () => {
    const { mode } = statSync(keysFile(env.DEMO_DB ?? ""));
    same((mode & 0o777).toString(8), "600");
  });
  return demo;
}

/** Alice, on her way through the checkout. */
async function shopper(port: number, kind: StorageKind): Promise<Browser> {
  const visitor = new Browser(port);
  await choose(visitor, 4, kind);
  await logIn(visitor, 0, "alice");
  // What an earlier check has left in the cart of her account.
  await visitor.post(3, "/cart/quantity", { item: "hat", quantity: "0" });
  await visitor.post(1, "/cart/add", { item: "overcoat" });
  const address = { name: "A", street: "B 1", postcode: "123", city: "C" };
  await visitor.post(2, "/checkout/address", address);
  return visitor;
}
