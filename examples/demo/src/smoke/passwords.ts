import { Browser, type Visit } from "./browser.ts";
import { check, holds, same } from "./check.ts";
import { logIn } from "./login.ts";
import { userOn } from "./page.ts";
import { eachServer, nameOf } from "./servers.ts";
import { until } from "./until.ts";

function wrong(browser: Browser, server: number, user: string): Promise<Visit> {
  return browser.post(server, "/login?returnTo=%2Fcart", { user, password: "hat" });
}

/** Passwords, and how often one may be wrong. `DEMO_LOCK_SECONDS` of the demo is short. */
export async function passwords(port: number): Promise<void> {
  for (const server of eachServer) {
    const name = nameOf(server);
    const known = "bob";
    const unknown = `nobody-${server}`;
    await check(`${name}: a wrong password, of a known name and an unknown one`, async () => {
      for (const user of [known, unknown]) {
        const visit = await wrong(new Browser(port), server, user);
        same([visit.url, userOn(visit)], ["/login?returnTo=%2Fcart", undefined]);
        holds(
          visit.text.includes("No such user, or another password. 4 more attempts."),
          `no message for ${user}`,
        );
      }
      // Right, and the count begins anew.
      const visit = await logIn(new Browser(port), server, known, {}, "/login?returnTo=%2Fcart");
      same([visit.url, userOn(visit)], ["/cart", "Bob"]);
    });
  }

  await check(
    "ten guesses at once are five, on all servers together, and then it waits",
    async () => {
      const guesses = await Promise.all(
        [...eachServer, ...eachServer].map((server) => wrong(new Browser(port), server, "alice")),
      );
      const locked = guesses.filter(({ text }) => text.includes("Too many attempts."));
      same(locked.length, 5);
      const right = await logIn(new Browser(port), 2, "alice");
      same(userOn(right), undefined, "the right password, while locked");
      holds(/Nothing is tried for another \d+ s/.test(right.text), "no time");
      await until(
        "unlocked",
        async () => userOn(await logIn(new Browser(port), 3, "alice")) === "Alice",
      );
    },
  );

  await check("a way back to another site leads to none", async () => {
    for (const hostile of ["//evil.example", "/\\evil.example", "https://evil.example"]) {
      const path = `/login?returnTo=${encodeURIComponent(hostile)}`;
      same((await logIn(new Browser(port), 0, "bob", {}, path)).url, "/");
    }
  });
}
