import { Browser } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { DemoProcess } from "./demo-process.ts";
import { logIn } from "./login.ts";
import { cartCount, userOn } from "./page.ts";
import { nameOf } from "./servers.ts";

/** Ends and starts the demo in every way, and gives back the one that runs in the end. */
export async function restart(
  first: DemoProcess,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<DemoProcess> {
  let demo = first;
  const visitor = new Browser(port);
  await logIn(visitor, 0, "alice");
  await visitor.post(1, "/cart/add", { item: "overcoat" });
  await visitor.post(2, "/checkout/address", {
    name: "A",
    street: "B 1",
    postcode: "123",
    city: "C",
  });

  await check(
    "a taken port is named, with the server and the remedy, and nothing starts",
    async () => {
      const second = new DemoProcess({ ...env, PORT: String(port - 1) });
      const { code, output } = await second.end();
      same(code, 1, "exit code");
      holds(output.includes(`port ${port} (for ${nameOf(1)})`), output);
      holds(/PORT=\d+ npx/.test(output), output);
      same(userOn(await visitor.get(0, "/")), "Alice", "on the running demo");
    },
  );

  await check("a PORT that is none is refused", async () => {
    const { code, output } = await new DemoProcess({ ...env, PORT: "65535" }).end();
    same([code, output.includes("PORT is the first of 5 ports")], [1, true]);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    await check(
      `${signal} and start again: still logged in, cart and checkout are there`,
      async () => {
        const { code } = await demo.stop(signal);
        if (signal !== "SIGKILL") same(code, 0, "exit code");
        demo = new DemoProcess(env);
        await demo.up();
        const visit = await visitor.get(3, "/checkout/delivery");
        same([visit.url, userOn(visit), cartCount(visit)], ["/checkout/delivery", "Alice", 1]);
      },
    );
  }
  return demo;
}
