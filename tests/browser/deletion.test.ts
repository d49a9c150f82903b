import { inspect } from "node:util";
import { cookiePolicy, type LooseCookieOptions } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import { clearCookie, setCookie } from "../../packages/core/src/cookie/write.ts";
import { describeChromium } from "./describe-chromium.ts";
import { Pages } from "./pages.ts";

const pages = new Pages();
const HOST = "sub.shop.example";

/** Twelve cookies of one name, all at once in one jar. */
const SIBLINGS: readonly LooseCookieOptions[] = [undefined, HOST, "shop.example"].flatMap(
  (domain) =>
    ["/", "/app"].flatMap((path) =>
      [false, true].map((partitioned) => ({
        name: "sid",
        path,
        partitioned,
        ...(domain !== undefined && { domain }),
      })),
    ),
);

/** A removal under another policy than the cookie's. */
const STRANGERS: readonly (readonly [LooseCookieOptions, LooseCookieOptions])[] = [
  [{ name: "sid" }, { name: "sid", domain: HOST }],
  [{ name: "sid", domain: HOST }, { name: "sid" }],
  [{ name: "sid", domain: "shop.example" }, { name: "sid" }],
  [
    { name: "sid", domain: "shop.example" },
    { name: "sid", domain: HOST },
  ],
  [{ name: "sid", path: "/app" }, { name: "sid" }],
  [{ name: "sid" }, { name: "sid", path: "/app" }],
  [
    { name: "sid", path: "/app" },
    { name: "sid", path: "/app/" },
  ],
  [{ name: "sid", partitioned: true }, { name: "sid" }],
  [{ name: "sid" }, { name: "sid", partitioned: true }],
  [{ name: "__Host-sid" }, { name: "__host-sid" }],
];

const text = (value: unknown) => inspect(value, { breakLength: Number.POSITIVE_INFINITY });

describeChromium("G13 removal in Chromium", pages.listener, (world) => {
  /** The jar after these pages of lines, one after the other. */
  const after = async (...visits: readonly (readonly string[])[]) => {
    const visitor = await world().regular();
    for (const lines of visits) {
      await visitor.visit(world().servers.url("https", HOST, pages.setting(lines)));
    }
    return (await visitor.cookies()).map(({ value }) => value).sort();
  };

  test.each(SIBLINGS.map((options, index) => ({ options, index, text: text(options) })))(
    "of $text takes that cookie, of twelve with its name",
    async ({ options, index }) => {
      const values = SIBLINGS.map((_, at) => `v${at}`);
      const lines = SIBLINGS.map((it, at) => setCookie(cookiePolicy(it), `v${at}`));
      expect(await after(lines)).toEqual(values.toSorted());
      const left = values.filter((_, at) => at !== index).sort();
      expect(await after(lines, [clearCookie(cookiePolicy(options))])).toEqual(left);
    },
  );

  test.each(STRANGERS.map(([own, other]) => ({ own, other, text: text([own, other]) })))(
    "needs the cookie's own policy: $text",
    async ({ own, other }) => {
      const [policy, stranger] = [cookiePolicy(own), cookiePolicy(other)];
      expect(await after([setCookie(policy, "v")], [clearCookie(stranger)])).toEqual(["v"]);
      expect(await after([setCookie(policy, "v")], [clearCookie(policy)])).toEqual([]);
    },
  );

  describe("with a prefix", () => {
    // What a hand-written removal leaves out.
    test.each([
      ["__Host-sid", "Path=/; HttpOnly"],
      ["__Host-sid", "Secure; HttpOnly"],
      ["__Secure-sid", "Path=/; HttpOnly"],
      ["__Http-sid", "Path=/; Secure"],
    ])("of a cookie %s is dropped itself if it says only %s", async (name, attributes) => {
      const policy = cookiePolicy({ name });
      const removal = `${name}=; Max-Age=0; ${attributes}`;
      expect(await after([setCookie(policy, "v")], [removal])).toEqual(["v"]);
      expect(await after([setCookie(policy, "v")], [clearCookie(policy)])).toEqual([]);
    });
  });

  test("over plain HTTP leaves a Secure cookie where it is", async () => {
    const visitor = await world().regular();
    const { servers } = world();
    const policy = cookiePolicy({ name: "sid" });
    await visitor.visit(servers.url("https", HOST, pages.setting([setCookie(policy, "v")])));
    const plain = cookiePolicy({ name: "sid", secure: false });
    await visitor.visit(servers.url("http", HOST, pages.setting([clearCookie(plain)])));
    expect(await visitor.cookies()).toMatchObject([{ value: "v" }]);
  });
});
