import type { RequestListener } from "node:http";
import { createSessions } from "@coatcheck/core";
import { expect, test } from "vitest";
import { describeChromium } from "./describe-chromium.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();
const managers = {
  plain: createSessions({ cookie: { name: "sid" } }),
  host: createSessions({ cookie: { name: "__Host-id" } }),
};

/** `/app/plain` and `/app/host` say whom they take the visitor for, and by which Cookie header. */
const listener: RequestListener = (request, response) => {
  const sessions = Object.entries(managers).find(([name]) => request.url === `/app/${name}`)?.[1];
  if (sessions === undefined) {
    pages.listener(request, response);
    return;
  }
  Promise.resolve(sessions.open(request)).then(({ userId = "nobody" }) => {
    response.end(JSON.stringify({ userId, cookie: request.headers.cookie }));
  });
};

describeChromium("G3 a cookie that a subdomain throws at the shop", listener, (world) => {
  /** Ann logs in at the shop, then visits a subdomain of Mallory's, then the shop again. */
  const toss = async (page: string, own: string, thrown: readonly string[]) => {
    const visitor = await world().regular();
    const go = (host: string, path: string) =>
      visitor.visit(world().servers.url("https", host, path));
    await go("shop.example", pages.setting([own]));
    await go("mallory.shop.example", pages.setting(thrown));
    const response = await go("shop.example", page);
    return (await response.json()) as { userId: string; cookie: string };
  };

  test("arrives beside and before ours if its name is plain: Ann is nobody then, but not Mallory", async () => {
    const ann = await managers.plain.issue("ann");
    const mallory = await managers.plain.issue("mallory");
    const own = `sid=${ann}; Path=/; Secure; HttpOnly`;
    const thrown = `sid=${mallory}; Domain=shop.example; Path=/app; Secure`;
    expect(await toss("/app/plain", own, [thrown])).toEqual({
      userId: "nobody",
      cookie: `sid=${mallory}; sid=${ann}`,
    });
    expect(await toss("/app/plain", own, [])).toEqual({ userId: "ann", cookie: `sid=${ann}` });
  });

  test("does Ann no harm if it is no session's", async () => {
    const ann = await managers.plain.issue("ann");
    const own = `sid=${ann}; Path=/; Secure; HttpOnly`;
    const thrown = "sid=junk; Domain=shop.example; Path=/app; Secure";
    expect(await toss("/app/plain", own, [thrown])).toEqual({
      userId: "ann",
      cookie: `sid=junk; sid=${ann}`,
    });
  });

  test("never arrives under a __Host- name, however it is spelt", async () => {
    const ann = await managers.host.issue("ann");
    const mallory = await managers.host.issue("mallory");
    const own = `__Host-id=${ann}; Path=/; Secure; HttpOnly`;
    const thrown = [
      `__Host-id=${mallory}; Domain=shop.example; Path=/app; Secure`,
      `__Host-id=${mallory}; Domain=shop.example; Path=/; Secure`,
      `__Host-id=${mallory}; Path=/; Secure`,
      `__HOST-id=${mallory}; Domain=shop.example; Path=/; Secure`,
      // A cookie without a name is sent as its value alone: it would read as ours.
      `=__Host-id=${mallory}; Domain=shop.example; Path=/app; Secure`,
      `__Host-id; Domain=shop.example; Path=/; Secure`,
    ];
    expect(await toss("/app/host", own, thrown)).toEqual({
      userId: "ann",
      cookie: `__Host-id=${ann}`,
    });
  });
});
