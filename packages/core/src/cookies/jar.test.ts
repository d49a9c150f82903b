import { channel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  CookieDeliveryError,
  InvalidDataError,
  SessionConfigError,
  SessionTooLateError,
  UnserialisableError,
} from "../errors.ts";
import { A } from "../sealed/testing/sealing.ts";
import { failureOf } from "../testing/failure.ts";
import { defineCookie } from "./definition.ts";
import { cookieBench, setCookies } from "./testing/jars.ts";
import { jsonSchema } from "./testing/json-schema.ts";

const theme = defineCookie("theme", {
  schema: z.enum(["light", "dark"]),
  maxAge: "90d",
  httpOnly: false,
});
const cart = defineCookie("__Host-cart", {
  schema: z.array(z.object({ sku: z.string(), count: z.number() })),
  sign: true,
});
const vid = defineCookie("vid", { seal: true, maxAge: "1h" });
const any = defineCookie("any", { schema: jsonSchema });
const shop = () => cookieBench([theme, cart, vid, any], { keys: A });

describe("a jar", () => {
  test("G1 says nothing for a request that looks at nothing", () => {
    expect(shop().open({ cookie: "theme=dark" }).headers).toEqual([]);
  });

  test("G18 whose cookies were read asks caches to vary, and no more", () => {
    const jar = shop().open({ cookie: "theme=dark" });
    expect(jar.get(theme)).toBe("dark");
    expect(jar.headers).toEqual([["vary", "Cookie"]]);
  });

  test("G18 that sets a cookie forbids to store the response", () => {
    const jar = shop().open();
    expect(jar.set(theme, "dark")).toBe(true);
    expect(jar.headers).toEqual([
      ["set-cookie", "theme=dark; Max-Age=7776000; Path=/; Secure; SameSite=Lax"],
      ["cache-control", "no-store"],
    ]);
  });

  test("gives the next request what this one set", () => {
    const bench = shop();
    bench.visit((jar) => {
      jar.set(theme, "dark");
      jar.set(cart, [{ sku: "a b", count: 2 }]);
      jar.set(vid, "visitor 1");
      jar.set(any, null);
    });
    bench.visit((jar) => {
      expect(jar.get(theme)).toBe("dark");
      expect(jar.get(cart)).toEqual([{ sku: "a b", count: 2 }]);
      expect(jar.get(vid)).toBe("visitor 1");
      expect(jar.get(any)).toBeNull();
    });
    expect(bench.held.get("theme")).toBe("dark");
    expect(bench.held.get("vid")).not.toContain("visitor");
    expect(bench.events).toEqual([]);
  });

  test("reads what it wrote, and sends the last of several", () => {
    const jar = shop().open({ cookie: "theme=light" });
    expect(jar.get(theme)).toBe("light");
    jar.set(theme, "dark");
    expect(jar.get(theme)).toBe("dark");
    jar.delete(theme);
    expect(jar.get(theme)).toBeUndefined();
    jar.set(theme, "light");
    expect(jar.get(theme)).toBe("light");
    expect(setCookies(jar)).toEqual(["theme=light; Max-Age=7776000; Path=/; Secure; SameSite=Lax"]);
  });

  test("sends what is unchanged again: its time begins anew", () => {
    const bench = shop();
    bench.visit((jar) => jar.set(vid, "1"));
    const before = bench.held.get("vid");
    bench.wait(3_599_000);
    bench.visit((jar) => jar.set(vid, jar.get(vid) ?? ""));
    bench.wait(3_599_000);
    expect(bench.open().get(vid)).toBe("1");
    expect(bench.held.get("vid")).not.toBe(before);
  });

  test("G13 removes a cookie with the attributes it was set with, whether or not it came", () => {
    const app = defineCookie("app", { path: "/app", domain: "a.example", sameSite: "strict" });
    const jar = cookieBench([app]).open();
    jar.delete(app);
    expect(setCookies(jar)).toEqual([
      "app=; Max-Age=0; Domain=a.example; Path=/app; HttpOnly; Secure; SameSite=Strict",
    ]);
  });

  test("hands out frozen values, so that a change that is not sent cannot be made", () => {
    const bench = shop();
    const mine = [{ sku: "a", count: 1 }];
    const jar = bench.open();
    jar.set(cart, mine);
    mine[0] = { sku: "b", count: 9 };
    expect(jar.get(cart)).toEqual([{ sku: "a", count: 1 }]);
    bench.receive(jar);
    const read = bench.open().get(cart);
    expect(() => read?.push({ sku: "b", count: 1 })).toThrow(TypeError);
    expect(() => Object.assign(read?.[0] as object, { count: 2 })).toThrow(TypeError);
  });

  test("takes what the schema makes of a value", () => {
    const strict = defineCookie("strict", { schema: z.object({ a: z.string().trim() }) });
    const jar = cookieBench([strict]).open();
    jar.set(strict, { a: " x ", b: 1 } as { a: string });
    expect(jar.get(strict)).toEqual({ a: "x" });
  });

  test("expires by the server's clock, whatever the browser still sends", () => {
    const bench = shop();
    bench.visit((jar) => jar.set(vid, "1"));
    bench.wait(3_599_999);
    expect(bench.open().get(vid)).toBe("1");
    bench.wait(1);
    expect(bench.open().get(vid)).toBeUndefined();
    expect(bench.events).toMatchObject(
      [["cookie-rejected", { name: "vid", reason: "expired", keyId: /^[0-9a-f]{8}$/ }]].map(
        ([name, event]) => [name, { ...(event as object), keyId: expect.any(String) }],
      ),
    );
  });

  test("a signature without maxAge holds for 400 days", () => {
    const bench = shop();
    bench.visit((jar) => jar.set(cart, []));
    bench.wait(400 * 86_400_000 - 1);
    expect(bench.open().get(cart)).toEqual([]);
    bench.wait(1);
    expect(bench.open().get(cart)).toBeUndefined();
  });
});

describe("what a client sends and is not good", () => {
  test.each([
    ["no longer in the schema", "theme=blue", "invalid"],
    ["not written by us", 'theme="dark"', "malformed"],
    ["of another spelling", "theme=~ImRhcmsi", "malformed"],
    ["too long", `theme=${"a".repeat(4_092)}`, "malformed"],
    ["a list for a string", "vid=~W10", "malformed"],
  ])("reads as absent, with an event: %s", (_, cookie, reason) => {
    const bench = shop();
    const jar = bench.open({ cookie });
    expect(jar.get(theme)).toBeUndefined();
    expect(jar.get(vid)).toBeUndefined();
    expect(bench.events).toEqual([
      ["cookie-rejected", { name: cookie.slice(0, cookie.indexOf("=")), reason, keyId: undefined }],
    ]);
    // Once a request.
    jar.get(theme);
    jar.get(vid);
    expect(bench.events).toHaveLength(1);
  });

  test("a JSON value where there is no schema is invalid", () => {
    const name = defineCookie("name");
    const bench = cookieBench([name]);
    expect(bench.open({ cookie: "name=~NQ" }).get(name)).toBeUndefined();
    expect(bench.events).toMatchObject([["cookie-rejected", { reason: "invalid" }]]);
  });

  test("an object with a key that would become its copy's prototype is invalid, however deep", () => {
    const free = defineCookie("free", { schema: jsonSchema });
    for (const json of ['{"__proto__":{"admin":true}}', '[{"a":{"__proto__":1}}]']) {
      const bench = cookieBench([free]);
      const text = Buffer.from(json).toString("base64url");
      expect(bench.open({ cookie: `free=~${text}` }).get(free)).toBeUndefined();
      expect(bench.events).toMatchObject([["cookie-rejected", { reason: "invalid" }]]);
      expect(() => bench.open().set(free, JSON.parse(json))).toThrow(InvalidDataError);
    }
  });

  test("a schema that throws, or is asynchronous, makes it invalid; a handler that sets it is told", () => {
    const refuse = (): never => {
      throw new RangeError("no");
    };
    const schemaOf = (validate: () => never | Promise<never>) => ({
      "~standard": { version: 1 as const, vendor: "test", validate },
    });
    const throwing = defineCookie("a", { schema: schemaOf(refuse) });
    const rejecting = defineCookie("b", { schema: schemaOf(async () => refuse()) });
    // To zod a check that throws may be an asynchronous one.
    const turning = defineCookie("c", { schema: z.string().refine(refuse) });
    const bench = cookieBench([throwing, rejecting, turning]);
    const jar = bench.open({ cookie: "a=1; b=1; c=1" });
    expect([jar.get(throwing), jar.get(rejecting), jar.get(turning)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const reasons = bench.events.map(([, event]) => (event as { reason?: string }).reason);
    expect(reasons).toEqual(["invalid", "invalid", "invalid"]);
    expect(() => jar.set(throwing, "x" as never)).toThrow(RangeError);
    const error = failureOf(SessionConfigError, () => jar.set(rejecting, "x" as never));
    expect([error.option, error.message]).toEqual([
      "b.schema",
      expect.stringContaining("must answer at once"),
    ]);
  });

  test("of two bare ones the first good one counts", () => {
    const bench = shop();
    expect(bench.open({ cookie: "theme=blue; theme=dark; theme=light" }).get(theme)).toBe("dark");
  });

  test("of two genuine ones none counts, unless they say the same", () => {
    const bench = shop();
    const sealed = (value: string): string => {
      bench.visit((jar) => jar.set(vid, value));
      return `vid=${bench.held.get("vid")}`;
    };
    const [one, again, two] = [sealed("1"), sealed("1"), sealed("2")];
    expect(bench.open({ cookie: `${one}; ${again}` }).get(vid)).toBe("1");
    expect(bench.open({ cookie: `${one}; vid=forged` }).get(vid)).toBe("1");
    expect(bench.events).toHaveLength(1);
    expect(bench.open({ cookie: `${one}; ${two}` }).get(vid)).toBeUndefined();
    expect(bench.events[1]).toMatchObject(["cookie-rejected", { reason: "ambiguous" }]);
  });

  test("is told on node:diagnostics_channel, without its value", () => {
    const told: unknown[] = [];
    const listener = (event: unknown): void => void told.push(event);
    channel("coatcheck:cookie-rejected").subscribe(listener);
    shop().open({ cookie: "theme=blue" }).get(theme);
    channel("coatcheck:cookie-rejected").unsubscribe(listener);
    expect(told).toEqual([{ name: "theme", reason: "invalid", keyId: undefined }]);
  });
});

describe("G14 what would be lost is an error, and nothing is sent", () => {
  test("a value that the schema refuses, with the name of the cookie", () => {
    const jar = shop().open();
    const error = failureOf(InvalidDataError, () => jar.set(theme, "blue" as "dark"));
    expect(error.message).toMatch(/^written value of cookie theme fails the schema: /);
    const item = failureOf(InvalidDataError, () => jar.set(cart, [{ sku: 1 }] as never));
    expect(item.issues.map(({ path }) => path)).toEqual(["0.sku", "0.count"]);
    expect(jar.headers).toEqual([]);
  });

  test("a value that JSON does not keep, with its path and the remedy", () => {
    const jar = shop().open();
    const at = failureOf(UnserialisableError, () => jar.set(any, { at: new Date() }));
    expect([at.path, at.message]).toEqual(["any.at", expect.stringContaining("toISOString()")]);
    expect(() => jar.set(any, 1n)).toThrow(UnserialisableError);
    expect(() => jar.set(any, undefined)).toThrow(/delete the cookie instead/);
    expect(jar.headers).toEqual([]);
  });

  test("ASVS 3.3.5: 4096 bytes of name and value pass, 4097 do not, and the error has both numbers", () => {
    const plain = defineCookie("name");
    const jar = cookieBench([plain]).open();
    jar.set(plain, "v".repeat(4_092));
    const before = jar.headers;
    const error = failureOf(CookieDeliveryError, () => jar.set(plain, "v".repeat(4_093)));
    expect(error.message).toMatch(/cookie name has 4097 bytes; browsers drop more than 4096/);
    expect(jar.headers).toEqual(before);
    expect(jar.get(plain)).toBe("v".repeat(4_092));
  });

  test.each([
    ["signed", { sign: true }, 4_096 - 4 - 57],
    ["sealed", { seal: true }, 3_026],
  ] as const)("the same for a %s one, which is longer", (_, protection, most) => {
    const long = defineCookie("long", protection);
    const bench = cookieBench([long], { keys: A });
    bench.visit((jar) => jar.set(long, "v".repeat(most)));
    expect(bench.open().get(long)).toHaveLength(most);
    const jar = bench.open();
    const error = failureOf(CookieDeliveryError, () => jar.set(long, "v".repeat(most + 5)));
    expect(error.message).toMatch(/long has \d{4}/);
    expect(error.message).not.toContain("vvvv");
    expect(setCookies(jar)).toEqual([]);
  });

  test("a Secure cookie on a connection that is not, unless it is this machine", () => {
    const { cookies } = shop();
    const http = (host: string) =>
      cookies.open({ headers: { host }, socket: { encrypted: false } });
    const error = failureOf(CookieDeliveryError, () => http("shop.example").set(theme, "dark"));
    expect(error.message).toMatch(/theme is Secure and the connection to shop\.example is not/);
    expect(http("localhost:3000").set(theme, "dark")).toBe(true);
    const proxied = cookies.open(
      { headers: { host: "shop.example" }, socket: {} },
      { secure: () => true },
    );
    expect(proxied.set(theme, "dark")).toBe(true);
  });

  test("a change after the response has begun", () => {
    const begun = { headersLeft: false };
    const jar = shop().cookies.open({ headers: { cookie: "theme=dark" } }, {}, begun);
    begun.headersLeft = true;
    expect(jar.get(theme)).toBe("dark");
    const error = failureOf(SessionTooLateError, () => jar.set(theme, "light"));
    expect(error.message).toMatch(/^cookie theme came after/);
    expect(() => jar.delete(theme)).toThrow(SessionTooLateError);
    expect(jar.get(theme)).toBe("dark");
  });
});

test("G15 neither jar nor manager shows a value or a key", () => {
  const bench = shop();
  bench.visit((jar) => jar.set(vid, "the value"));
  const jar = bench.open();
  jar.get(vid);
  const options = { depth: 20, showHidden: true, getters: false };
  for (const it of [jar, bench.cookies]) {
    const shown = inspect(it, options) + JSON.stringify(it);
    expect(shown).not.toContain("the value");
    expect(shown).not.toContain(A.slice(0, 8));
    expect(shown).not.toContain(bench.held.get("vid"));
  }
});
