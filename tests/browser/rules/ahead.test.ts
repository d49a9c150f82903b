import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Visitor } from "../visitor.ts";
import { type DemoWorld, describeDemo } from "./describe-demo.ts";
import { Shopper } from "./shopper.ts";

/** Three ways to have a page fetched before anybody goes there. */
const WAYS = {
  prefetch: (path: string) => rules("prefetch", path),
  prerender: (path: string) => rules("prerender", path),
  link: (path: string) => `<link rel="prefetch" href="${path}">`,
};

const rules = (kind: string, path: string) =>
  `<script type="speculationrules">${JSON.stringify({
    [kind]: [{ urls: [path], eagerness: "immediate" }],
  })}</script>`;

/** A page with a link to `path`, which is fetched ahead. Gives what was asked, once it is answered. */
async function fetchAhead({ server }: DemoWorld, way: keyof typeof WAYS, path: string) {
  server.front.page("/test/lead", `<!doctype html>${WAYS[way](path)}<a href="${path}">go</a>`);
  return async () => {
    const ahead = await server.front.next(path, ({ headers }) => "sec-purpose" in headers);
    await ahead.ended;
    return ahead;
  };
}

/** The script of that section of the documentation. */
function recipe(): string {
  const text = readFileSync(new URL("../../../docs/sessions.md", import.meta.url), "utf8");
  const script = /### Pages that are fetched ahead\n[\s\S]*?```text\n([^`]*)```/.exec(text)?.[1];
  if (script === undefined) throw new Error("docs/sessions.md has no such script");
  return script;
}

describeDemo("G1 pages fetched ahead, in Chromium", (world) => {
  test.each(["prefetch", "prerender", "link"] as const)(
    "by %s: a visitor without a session stays without one",
    async (way) => {
      const visitor = await world().shopper();
      const fetched = await fetchAhead(world(), way, "/cart");
      await visitor.go("/test/lead");
      const { request, response } = await fetched();
      expect(request.headers["sec-purpose"]).toMatch(/^prefetch/);
      expect(response.statusCode).toBe(200);
      expect(await visitor.cookies()).toEqual([]);
    },
  );

  test("a session is not touched, though it is due, and a message waits for who comes", async () => {
    const alice = await world().shopper();
    const { server, demo } = world();
    await alice.logIn();
    const { page } = alice;
    // An action that leaves a message and is not followed to the page that shows it.
    await page.evaluate(`fetch("/cart/add", {
      method: "POST", body: new URLSearchParams({ item: "hat" }), redirect: "manual",
    })`);
    const id = await alice.sessionId();
    await demo.age(id, 10 * 60_000);
    const before = await demo.record(id);
    const fetched = await fetchAhead(world(), "prefetch", "/");
    await alice.go("/test/lead");
    const { response } = await fetched();
    expect(response.getHeader("set-cookie")).toBeUndefined();
    expect(await demo.record(id)).toEqual(before);

    // The page is shown as it was fetched: of the going there the server hears nothing.
    server.front.forget();
    await page.click("a");
    await page.waitForSelector("form.who");
    expect(server.front.arrivals.filter(({ path }) => path === "/")).toEqual([]);
    expect(await page.locator(".notice").count()).toBe(0);
    await alice.go("/cart");
    expect(await page.locator(".notice").textContent()).toContain("Felt hat");
    expect((await demo.record(id))?.lastSeenAt).toBeGreaterThan(before?.lastSeenAt ?? 0);
  });

  test("one that is shown at last tells so by the script of docs/sessions.md, and that is activity", async () => {
    await using visitor = await Visitor.of(world().browser);
    const alice = new Shopper(visitor, world().server);
    const { server, demo } = world();
    await alice.page.addInitScript(recipe());
    await alice.logIn();
    const id = await alice.sessionId();
    await demo.age(id, 10 * 60_000);
    const before = await demo.record(id);
    const fetched = await fetchAhead(world(), "prefetch", "/cart");
    await alice.go("/test/lead");
    await fetched();
    expect(await demo.record(id)).toEqual(before);
    await alice.page.click("a");
    const { ended } = await server.front.next("/seen");
    await ended;
    expect((await demo.record(id))?.lastSeenAt).toBeGreaterThan(before?.lastSeenAt ?? 0);
  });

  test("after a logout a page that was fetched before it is not shown", async () => {
    const alice = await world().shopper();
    await alice.logIn();
    const fetched = await fetchAhead(world(), "prefetch", "/account");
    await alice.go("/test/lead");
    await fetched();
    await alice.post("/logout");
    await alice.page.click("a");
    await alice.page.waitForURL(/\/login/);
    expect(await alice.page.textContent("body")).not.toContain("alice@cloakroom.example");
  });
});
