import type { LooseCookieOptions } from "@coatcheck/core";
import { cookiePolicy } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { describeChromium } from "./describe-chromium.ts";
import { kept } from "./kept.ts";
import type { Combination, Origin } from "./matrix/combinations.ts";
import { confront } from "./matrix/confront.ts";
import { lineOf } from "./matrix/line.ts";
import { STRICTER, type StricterRule } from "./matrix/stricter.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();

const shop: Origin = {
  scheme: "https",
  host: "sub.shop.example",
  site: "https://shop.example",
  domains: [],
};

const PRINTABLE = [...Array(95).keys()].map((code) => String.fromCharCode(32 + code));
/** What a line is made of: within a name, a domain or a path they make another cookie. */
const isSeparator = (character: string) => character === "=" || character === ";";

const NAMES = [
  ...PRINTABLE.filter((it) => !isSeparator(it)).map((it) => `a${it}b`),
  ...[4_030, 4_031, 4_090].map((length) => "n".repeat(length)),
];

const DOMAINS = [
  "sub.shop.example",
  "shop.example",
  "Shop.Example",
  "",
  ".",
  ".shop.example",
  "..shop.example",
  "shop.example.",
  "shop..example",
  "*.shop.example",
  "-shop.example",
  "sh op.example",
  "shöp.example",
  "shop.example:443",
  "shop.example/",
  "https://shop.example",
];

const PATHS = [
  ...PRINTABLE.filter((it) => it !== ";").map((it) => `/a${it}b`),
  ...["", "app", "./", "../app", "*", " /app", "/é", "/日本", "/a\tb"],
  ...[1_024, 1_025].map((length) => "/".padEnd(length, "a")),
];

/** Domains that are some host's, but not the visited one's. */
const FOREIGN = ["com", "example", "other.example", "x.sub.shop.example", "localhost", "127.0.0.1"];

const combinations = (all: readonly LooseCookieOptions[]): Combination[] =>
  all.map((options, index) => {
    const plain = { name: `sid-${index}`, path: "/", secure: true, httpOnly: true };
    return { options: { ...plain, ...options }, maxAge: undefined };
  });

describeChromium("G14 G16 the forms that Chromium takes", pages.listener, (world) => {
  const witnessed = new Set<StricterRule>();

  const cases: readonly (readonly [string, Origin, readonly LooseCookieOptions[]])[] = [
    ["names", shop, NAMES.map((name) => ({ name }))],
    ["domains", shop, DOMAINS.map((domain) => ({ domain }))],
    [
      "domains with an underscore",
      { ...shop, host: "a_b.shop.example" },
      [{ domain: "a_b.shop.example" }],
    ],
    ["paths", shop, PATHS.map((path) => ({ path }))],
  ];
  describe("are the policy's, but for the rules in which it is stricter", () => {
    test.each(cases)("%s", async (_, origin, options) => {
      const result = await confront(world(), pages, origin, combinations(options));
      expect(result.disagreements).toEqual([]);
      for (const rule of result.stricter) witnessed.add(rule);
    });

    test("and there is no such rule that Chromium shares", () => {
      expect([...witnessed].map(({ rule }) => rule).sort()).toEqual(
        STRICTER.map(({ rule }) => rule).sort(),
      );
    });
  });

  test.each([
    ["a=b", "a", "b=v"],
    ["a;b", "", "a"],
  ])("a name like %s would be another cookie, and is refused", async (name, stored, value) => {
    expect(() => cookiePolicy({ name })).toThrow("cookie.name");
    const page = pages.setting([lineOf({ name, path: "/", secure: true }, "v")]);
    expect(await kept(world(), shop, page)).toMatchObject([{ name: stored, value }]);
  });

  test("a path with a semicolon would be cut there, and is refused", async () => {
    const path = "/a; Domain=shop.example";
    expect(() => cookiePolicy({ name: "sid", path })).toThrow("cookie.path");
    const page = pages.setting([lineOf({ name: "sid", path }, "v")]);
    expect(await kept(world(), shop, page)).toMatchObject([
      { domain: ".shop.example", path: "/a" },
    ]);
  });

  test("of a Domain that is not the visited host's Chromium drops the cookie; the policy cannot know", async () => {
    const lines = FOREIGN.map((domain) => {
      expect(cookiePolicy({ name: "sid", domain }).domain).toBe(domain);
      return lineOf({ name: "sid", domain, path: "/", secure: true }, "v");
    });
    expect(await kept(world(), shop, pages.setting(lines))).toEqual([]);
  });
});
