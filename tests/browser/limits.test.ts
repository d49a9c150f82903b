import {
  CookieDeliveryError,
  cookiePolicy,
  createSessions,
  SessionConfigError,
} from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { setCookie } from "../../packages/core/src/cookie/write.ts";
import { describeChromium } from "./describe-chromium.ts";
import { kept } from "./kept.ts";
import { CAP } from "./matrix/combinations.ts";
import { lineOf } from "./matrix/line.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();
const HOST = "shop.example";
const SHOP = { scheme: "https", host: HOST } as const;

describeChromium("G14 the limits of Chromium", pages.listener, (world) => {
  const keep = (line: string) => kept(world(), SHOP, pages.setting([line]));

  describe.each([
    ["sid", {}],
    ["__Host-id", {}],
    ["__Host-Http-a-rather-long-name", {}],
    ["sid", { domain: HOST, path: "/".padEnd(1_024, "p"), partitioned: true, sameSite: "none" }],
  ] as const)("of a cookie %s with %o", (name, rest) => {
    const options = { name, path: "/", secure: true, httpOnly: true, ...rest };
    const policy = cookiePolicy(options);

    test.each([4_095, 4_096])("keeps %d bytes of name and value", async (size) => {
      const value = "v".repeat(size - name.length);
      expect(await keep(setCookie(policy, value, 3_600))).toMatchObject([{ name, value }]);
    });

    test("drops 4097, which we refuse", async () => {
      const value = "v".repeat(4_097 - name.length);
      expect(() => setCookie(policy, value)).toThrow(CookieDeliveryError);
      expect(await keep(lineOf(options, value))).toEqual([]);
    });
  });

  test("a path of 1024 bytes is kept; one of 1025, which we refuse, is another path", async () => {
    const longest = "/".padEnd(1_024, "p");
    const policy = cookiePolicy({ name: "sid", path: longest });
    expect(await keep(setCookie(policy, "v"))).toMatchObject([{ path: longest }]);

    const path = `${longest}p`;
    expect(() => cookiePolicy({ name: "sid", path })).toThrow(SessionConfigError);
    expect(await keep(lineOf({ name: "sid", path, secure: true }, "v"))).toMatchObject([
      { path: "/app" },
    ]);
  });

  test("180 cookies of one site are kept; of one more, the oldest go first", async () => {
    const lines = Array.from({ length: 181 }, (_, at) => `c${at}=v; Path=/; Secure`);
    const keepAll = (all: readonly string[]) => kept(world(), SHOP, pages.setting(all));
    expect(await keepAll(lines.slice(1))).toHaveLength(180);
    const left = (await keepAll(lines)).map(({ name }) => name);
    expect(left.length).toBeLessThan(180);
    expect(left).not.toContain("c0");
    expect(left).toContain("c180");
  });

  test.each([
    ["400d", CAP],
    ["12h", 12 * 3_600],
  ] as const)("a session of %s has a cookie that lives as long", async (absolute, seconds) => {
    const from = Date.now() / 1000;
    const sessions = createSessions({ cookie: { persistent: true }, timeouts: { absolute } });
    const session = await sessions.open({ headers: {} });
    session.login("ann");
    const [header] = await sessions.commit(session);
    const [cookie] = await keep(header?.[1] ?? "");
    // A second is lost where Max-Age is rounded down.
    expect(cookie?.expires).toBeGreaterThan(from + seconds - 1);
    expect(cookie?.expires).toBeLessThanOrEqual(Date.now() / 1000 + seconds);
    await sessions.close();
  });

  test("what would live longer ends after 400 days in Chromium, and does not construct here", async () => {
    expect(() => createSessions({ timeouts: { absolute: "401d" } })).toThrow(SessionConfigError);
    const policy = cookiePolicy({ persistent: true });
    const [cookie] = await keep(setCookie(policy, "v", 401 * 86_400));
    expect(cookie?.expires).toBeLessThanOrEqual(Date.now() / 1000 + CAP);
    expect(cookie?.expires).toBeGreaterThan(Date.now() / 1000 + CAP - 60);
  });
});
