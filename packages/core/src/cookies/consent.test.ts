import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrossOriginError, SessionConfigError, SessionTooLateError } from "../errors.ts";
import { START } from "../testing/bench.ts";
import { failureOf } from "../testing/failure.ts";
import { CONSENT_CATEGORIES, type ConsentCategory } from "./category.ts";
import { defineCookie } from "./definition.ts";
import type { ConsentOptions, CookiesOptions } from "./options.ts";
import { cookieBench, setCookies } from "./testing/jars.ts";

const cart = defineCookie("cart", { category: "necessary" });
const theme = defineCookie("theme", { category: "preferences", path: "/shop" });
const visits = defineCookie("visits", { category: "analytics" });
const campaign = defineCookie("campaign", { category: "marketing", sameSite: "strict" });
const all = [cart, theme, visits, campaign];
const GPC = { "sec-gpc": "1" };

const shop = (consent: Partial<ConsentOptions> = {}) =>
  cookieBench(all, { consent: { version: "2026-01", ...consent } });

describe("before a visitor has decided", () => {
  test("only necessary cookies are set and read, and nobody is bothered with an error", () => {
    const bench = shop();
    const jar = bench.open({ cookie: "cart=1; theme=dark" });
    expect(jar.consent.record).toBeUndefined();
    expect([jar.get(cart), jar.get(theme)]).toEqual(["1", undefined]);
    expect([jar.set(cart, "2"), jar.set(theme, "light"), jar.set(visits, "1")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(setCookies(jar)).toEqual(["cart=2; Path=/; HttpOnly; Secure; SameSite=Lax"]);
    expect(jar.get(theme)).toBeUndefined();
  });

  test("a mistake shows all the same", () => {
    expect(() =>
      shop()
        .open()
        .set(theme, 5 as never),
    ).toThrow(/must be a string/);
    expect(() => shop().open().set(theme, "v".repeat(5_000))).toThrow(/browsers drop/);
  });

  test("a cookie may be deleted", () => {
    const jar = shop().open();
    jar.delete(theme);
    expect(setCookies(jar)).toHaveLength(1);
  });
});

describe("a visitor who agrees", () => {
  test("is remembered, and gets those cookies at once", () => {
    const bench = shop();
    bench.visit((jar) => {
      jar.consent.grant("preferences");
      expect(jar.set(theme, "dark")).toBe(true);
      expect(jar.set(visits, "1")).toBe(false);
      expect(setCookies(jar)[0]).toMatch(
        /^__Host-consent=~[\w-]+; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
    });
    expect([...bench.held.keys()]).toEqual(["__Host-consent", "theme"]);
    bench.visit((jar) => {
      expect(jar.get(theme)).toBe("dark");
      expect(jar.consent.record).toEqual({
        granted: ["preferences"],
        version: "2026-01",
        at: START,
      });
      jar.consent.grant(["marketing", "preferences"]);
      expect(jar.consent.record?.granted).toEqual(["preferences", "marketing"]);
    });
    expect(bench.events).toEqual([
      ["consent-decided", { granted: ["preferences"], version: "2026-01", at: START }],
      ["consent-decided", { granted: ["preferences", "marketing"], version: "2026-01", at: START }],
    ]);
  });

  test("is asked again once the text has changed, and keeps the cookies until then", () => {
    const before = shop();
    before.visit((jar) => {
      jar.consent.grant(["preferences", "analytics"]);
      jar.set(theme, "dark");
    });
    const now = shop({ version: "2027-01" });
    for (const [name, value] of before.held) now.held.set(name, value);
    now.visit((jar) => {
      expect(jar.consent.record).toBeUndefined();
      expect([jar.get(theme), jar.set(theme, "light")]).toEqual([undefined, false]);
      expect(setCookies(jar)).toEqual([]);
      jar.consent.grant("preferences");
      // What was agreed to under the old text is not carried over.
      expect(jar.consent.record?.granted).toEqual(["preferences"]);
      expect(jar.get(theme)).toBe("dark");
    });
  });

  test("is asked again when the decision is old, by the server's clock", () => {
    const bench = shop({ maxAge: "1d" });
    bench.visit((jar) => jar.consent.grant("preferences"));
    bench.wait(86_399_999);
    expect(bench.open().consent.has("preferences")).toBe(true);
    bench.wait(1);
    expect(bench.open().consent.has("preferences")).toBe(false);
    expect(bench.open().consent.record).toBeUndefined();
  });

  test("and whose browser says otherwise by Sec-GPC is taken at its word", () => {
    const bench = shop();
    bench.visit((jar) => {
      jar.consent.grant([...CONSENT_CATEGORIES]);
      jar.set(visits, "1");
    });
    const jar = bench.open(GPC);
    expect(jar.consent.refusedByBrowser).toBe(true);
    const has = CONSENT_CATEGORIES.map((it) => jar.consent.has(it));
    expect(has).toEqual([true, false, false]);
    expect([jar.get(visits), jar.set(visits, "2")]).toEqual([undefined, false]);
    expect(jar.headers).toEqual([
      ["vary", "Sec-GPC"],
      ["vary", "Cookie"],
    ]);
    expect(bench.open({ "sec-gpc": "1, 1" }).consent.refusedByBrowser).toBe(true);
    expect(bench.open().get(visits)).toBe("1");
    expect(bench.open({ "sec-gpc": "0" }).get(visits)).toBe("1");
  });

  test("unless the application decides about that itself", () => {
    const bench = shop({ honourGpc: false });
    bench.visit((jar) => jar.consent.grant("marketing"), GPC);
    const jar = bench.open(GPC);
    expect([jar.consent.has("marketing"), jar.consent.refusedByBrowser]).toEqual([true, false]);
    expect(jar.headers).toEqual([["vary", "Cookie"]]);
  });
});

describe("a visitor who withdraws", () => {
  const agreed = () => {
    const bench = shop();
    bench.visit((jar) => {
      jar.consent.grant([...CONSENT_CATEGORIES]);
      jar.set(cart, "1");
      jar.set(theme, "dark");
      jar.set(visits, "1");
      jar.set(campaign, "x");
    });
    return bench;
  };

  test("loses those cookies in the same response, by their own attributes", () => {
    const bench = agreed();
    bench.visit((jar) => {
      jar.consent.withdraw("preferences");
      expect(setCookies(jar).slice(1)).toEqual([
        "theme=; Max-Age=0; Path=/shop; HttpOnly; Secure; SameSite=Lax",
      ]);
      expect([jar.get(theme), jar.set(theme, "dark"), jar.get(visits)]).toEqual([
        undefined,
        false,
        "1",
      ]);
    });
    expect([...bench.held.keys()]).toEqual(["__Host-consent", "cart", "visits", "campaign"]);
    expect(bench.events.at(-1)).toMatchObject([
      "consent-decided",
      { granted: ["analytics", "marketing"] },
    ]);
  });

  test("all, and is not asked again", () => {
    const bench = agreed();
    bench.visit((jar) => jar.consent.withdraw());
    expect([...bench.held.keys()]).toEqual(["__Host-consent", "cart"]);
    expect(bench.open().consent.record).toMatchObject({ granted: [] });
  });

  test("also those that this request did not bring: another path's, and Strict ones", () => {
    const bench = agreed();
    const consent = `__Host-consent=${bench.held.get("__Host-consent")}`;
    const jar = bench.open({ cookie: consent });
    jar.consent.withdraw(["preferences", "marketing"]);
    const names = setCookies(jar).map((line) => line.slice(0, line.indexOf("=")));
    expect(names).toEqual(["__Host-consent", "theme", "campaign"]);
  });

  test("also what this very response was to set", () => {
    const bench = shop();
    bench.visit((jar) => {
      jar.consent.grant("analytics");
      jar.set(visits, "1");
      jar.consent.withdraw("analytics");
    });
    expect([...bench.held.keys()]).toEqual(["__Host-consent"]);
  });

  test("without a decision that we know of loses whatever there may be", () => {
    // From before consent was asked for, or longer lived than the cookie that remembers.
    for (const cookie of ["", "visits=1"]) {
      const jar = shop().open({ cookie });
      jar.consent.withdraw();
      const names = setCookies(jar).map((line) => line.slice(0, line.indexOf("=")));
      expect(names).toEqual(["__Host-consent", "theme", "visits", "campaign"]);
    }
  });
});

describe("G17 another site's form", () => {
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const posted = (crossOrigin?: CookiesOptions["crossOrigin"]) => {
    const options = { consent: { version: "1" }, ...(crossOrigin && { crossOrigin }) };
    return cookieBench(all, options).cookies.open({ method: "POST", headers });
  };

  test("neither agrees in a visitor's name nor takes back what was agreed to", () => {
    const jar = posted();
    expect(() => jar.consent.grant("analytics")).toThrow(CrossOriginError);
    expect(() => jar.consent.withdraw()).toThrow(CrossOriginError);
    expect(setCookies(jar)).toEqual([]);
    expect(jar.consent.record).toBeUndefined();
  });

  test.each([{ trusted: ["https://evil.example"] }, "allow"] as const)(
    "may where it is one of ours: %j",
    (crossOrigin) => {
      const jar = posted(crossOrigin);
      jar.consent.grant("analytics");
      expect(jar.consent.has("analytics")).toBe(true);
    },
  );

  test("is an option that has to be right", () => {
    expect(() => posted({ trusted: ["evil.example"] })).toThrow(/crossOrigin.trusted/);
  });
});

describe("the consent cookie", () => {
  const { held } = shop();
  const spelt = (value: unknown) =>
    `__Host-consent=~${Buffer.from(JSON.stringify(value)).toString("base64url")}`;

  test.each([
    ["nonsense", "__Host-consent=yes"],
    ["no record", spelt([])],
    ["another category", spelt({ v: "2026-01", t: START, c: ["preferences", "necessary"] })],
    ["no time", spelt({ v: "2026-01", c: ["preferences"] })],
    ["no list", spelt({ v: "2026-01", t: START, c: "preferences" })],
    ["no version", spelt({ t: START, c: ["preferences"] })],
  ])("that holds %s is no consent", (_, cookie) => {
    const jar = shop().open({ cookie });
    expect([jar.consent.record, jar.set(theme, "dark")]).toEqual([undefined, false]);
    expect(held.size).toBe(0);
  });

  test("may be another one, for scripts or for all subdomains", () => {
    const bench = shop({ cookie: { name: "__Secure-ok", domain: "a.example", httpOnly: false } });
    const jar = bench.open();
    jar.consent.withdraw();
    expect(setCookies(jar)[0]).toMatch(
      /^__Secure-ok=~[\w-]+; Max-Age=15552000; Domain=a\.example; Path=\/; Secure; SameSite=Lax$/,
    );
  });

  test("comes too late once the response has begun", () => {
    const jar = shop().cookies.open({ headers: {} }, {}, { headersLeft: true });
    expect(() => jar.consent.grant("analytics")).toThrow(SessionTooLateError);
    expect(() => jar.consent.withdraw()).toThrow(SessionTooLateError);
    expect(jar.consent.record).toBeUndefined();
  });
});

test("other words are refused, and not shown", () => {
  const jar = shop().open();
  const error = failureOf(SessionConfigError, () => jar.consent.grant("<script>" as "analytics"));
  expect(error.message).toBe("categories must be of preferences, analytics, marketing");
  expect(() => jar.consent.withdraw("necessary" as "analytics")).toThrow(SessionConfigError);
});

test("without consent asked for, there is none to look at", () => {
  const plain = defineCookie("plain");
  const jar = cookieBench([plain]).open();
  expect(jar.set(plain, "1")).toBe(true);
  expect(failureOf(SessionConfigError, () => jar.consent).option).toBe("consent");
});

test("whatever visitors do, no cookie is ever there that was not agreed to", () => {
  const category = fc.constantFrom<ConsentCategory>(...CONSENT_CATEGORIES);
  const step = fc.oneof(
    fc.record({ do: fc.constant("grant" as const), what: category }),
    fc.record({ do: fc.constant("withdraw" as const), what: category }),
    fc.record({ do: fc.constant("set" as const), what: fc.constantFrom(...all) }),
    fc.record({ do: fc.constant("delete" as const), what: fc.constantFrom(...all) }),
    fc.record({ do: fc.constant("reject" as const) }),
    fc.record({ do: fc.constant("next request" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const bench = shop();
      const agreed = new Set<string>(["necessary"]);
      const there = new Set<string>();
      const byCategory = (name: string) => all.find((it) => it.name === name)?.category as string;
      let jar = bench.open();
      const finish = () => {
        bench.receive(jar);
        const names = [...bench.held.keys()].filter((name) => name !== "__Host-consent");
        expect(new Set(names)).toEqual(there);
        for (const name of names) expect(agreed).toContain(byCategory(name));
        jar = bench.open();
        for (const it of all) expect(jar.get(it) !== undefined).toBe(there.has(it.name));
      };
      for (const it of steps) {
        if (it.do === "grant") {
          jar.consent.grant(it.what);
          agreed.add(it.what);
        } else if (it.do === "withdraw" || it.do === "reject") {
          const taken = it.do === "reject" ? [...CONSENT_CATEGORIES] : [it.what];
          jar.consent.withdraw(taken);
          for (const name of taken) agreed.delete(name);
          for (const name of [...there]) if (!agreed.has(byCategory(name))) there.delete(name);
        } else if (it.do === "set") {
          const isAgreed = agreed.has(it.what.category as string);
          expect(jar.set(it.what, "x")).toBe(isAgreed);
          if (isAgreed) there.add(it.what.name);
        } else if (it.do === "delete") {
          jar.delete(it.what);
          there.delete(it.what.name);
        } else finish();
      }
      finish();
    }),
    { numRuns: 2_000 },
  );
});
