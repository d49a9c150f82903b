import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cookiePolicy } from "../cookie/policy.ts";
import { SessionConfigError } from "../errors.ts";
import { A } from "../sealed/testing/sealing.ts";
import { failureOf } from "../testing/failure.ts";
import { defineCookie } from "./definition.ts";
import { createCookies } from "./manager.ts";

/** For options that only a program without types can bring. */
const define = (name: unknown, options?: unknown) =>
  (defineCookie as unknown as (name: unknown, options?: unknown) => unknown)(name, options);
const create = (definitions: unknown, options?: unknown) =>
  (createCookies as unknown as (definitions: unknown, options?: unknown) => unknown)(
    definitions,
    options,
  );

describe("defineCookie", () => {
  test("needs nothing but a name: Secure, HttpOnly, SameSite=Lax, Path=/, gone with the browser", () => {
    const cookie = defineCookie("theme");
    expect(cookie).toMatchObject({
      name: "theme",
      maxAge: undefined,
      category: undefined,
      protection: "none",
    });
    expect(cookie.policy.attributes).toBe("; Path=/; HttpOnly; Secure; SameSite=Lax");
    expect(Object.isFrozen(cookie)).toBe(true);
  });

  test("takes a policy for what is known at run time only", () => {
    const policy = cookiePolicy({ name: "theme", secure: false });
    expect(defineCookie(policy, { maxAge: "1d" })).toMatchObject({ name: "theme", policy });
  });

  test.each<[string, unknown, unknown, string, RegExp]>([
    ["a name that is no token", "a b", {}, "cookie.name", /must be a token/],
    ["no name", undefined, {}, "cookie", /must be an object/],
    ["an unknown option", "theme", { maxage: "1d" }, "theme.maxage", /there are schema, maxAge/],
    ["persistent", "theme", { persistent: true }, "theme.persistent", /is not an option/],
    [
      "a policy for sessions",
      cookiePolicy({ name: "theme", persistent: true }),
      {},
      "theme.persistent",
      /maxAge instead/,
    ],
    [
      "attributes beside a policy",
      cookiePolicy({ name: "theme" }),
      { path: "/a" },
      "theme.path",
      /is not an option/,
    ],
    ["__Host- with a Domain", "__Host-t", { domain: "a.example" }, "__Host-t.domain", /left out/],
    ["__Http- for scripts", "__Http-t", { httpOnly: false }, "__Http-t.httpOnly", /must be true/],
    ["None without Secure", "t", { sameSite: "none", secure: false }, "t.sameSite", /needs secure/],
    ["a bare number", "theme", { maxAge: 3600 }, "theme.maxAge", /duration with its unit/],
    ["less than a second", "theme", { maxAge: "999ms" }, "theme.maxAge", /at least "1s"/],
    ["more than 400 days", "theme", { maxAge: "401d" }, "theme.maxAge", /at most "400d"/],
    ["no schema", "theme", { schema: {} }, "theme.schema", /Standard Schema/],
    ["another category", "theme", { category: "fun" }, "theme.category", /"necessary" or/],
    ["both protections", "theme", { sign: true, seal: true }, "theme.sign", /leave it out/],
    ["a word", "theme", { seal: "yes" }, "theme.seal", /must be true or false/],
    ["an unknown form", "theme", { seal: { pad: 1 } }, "theme.seal.pad", /padTo, compressFrom/],
    ["a name with $&", "$&", { secure: 1 }, "$&.secure", /^\$&\.secure must be true or false$/],
  ])("G16 refuses %s", (_, name, options, option, message) => {
    const error = failureOf(SessionConfigError, () => define(name, options));
    expect([error.option, error.message]).toEqual([option, expect.stringMatching(message)]);
  });

  test("400 days are allowed", () => {
    expect(defineCookie("theme", { maxAge: "400d" }).maxAge).toBe(34_560_000_000);
  });
});

describe("createCookies", () => {
  const theme = defineCookie("theme");
  const signed = defineCookie("cart", { sign: true });
  const sealed = defineCookie("vid", { seal: true });
  const optional = defineCookie("seen", { category: "analytics" });
  const consent = { version: "1" };

  test.each<[string, unknown, unknown, string, RegExp]>([
    ["no list", theme, {}, "definitions", /must be a list/],
    ["what merely looks defined", [{ ...theme }], {}, "definitions", /made by defineCookie/],
    ["one name twice", [theme, defineCookie("theme")], {}, "theme.name", /another cookie/],
    ["an unknown option", [], { key: A }, "key", /there are keys, consent/],
    ["a signed cookie without keys", [signed], {}, "keys", /cookie cart needs them/],
    ["a sealed cookie without keys", [sealed], { keys: undefined }, "keys", /generateKey/],
    ["a weak key", [signed], { keys: "secret" }, "keys", /32 random bytes/],
    ["a category without consent", [optional], {}, "consent", /cookie seen is for analytics/],
    ["consent without a category", [theme], { consent }, "theme.category", /must be said/],
    ["consent without a version", [], { consent: {} }, "consent.version", /must be a text/],
    [
      "a short consent",
      [],
      { consent: { version: "1", maxAge: "1ms" } },
      "__Host-consent.maxAge",
      /1s/,
    ],
    ["a strange cookie", [], { consent: { version: "1", cookie: "c" } }, "cookie", /an object/],
    [
      "a domain",
      [],
      { consent: { version: "1", cookie: { domain: "a.example" } } },
      "cookie.domain",
      /left out/,
    ],
    [
      "a word for a flag",
      [],
      { consent: { version: "1", honourGpc: 1 } },
      "consent.honourGpc",
      /true or false/,
    ],
    [
      "the consent's own name",
      [defineCookie("__Host-consent", { category: "necessary" })],
      { consent },
      "__Host-consent.name",
      /another cookie/,
    ],
    ["a clock that stands in the way", [], { clock: 5 }, "clock", /function/],
  ])("G16 refuses %s", (_, definitions, options, option, message) => {
    const error = failureOf(SessionConfigError, () => create(definitions, options));
    expect([error.option, error.message]).toEqual([option, expect.stringMatching(message)]);
    expect(error.message).not.toContain("secret");
  });

  test("a padding that fits in no cookie does not construct", () => {
    const padded = defineCookie("vid", { seal: { padTo: 4_000 } });
    expect(() => createCookies([padded], { keys: A })).toThrow(/padTo/);
  });
});

// tsc compiles this: each expected error below is an assertion, as a line that compiles would be an unused directive.
describe("G16 what run time refuses does not compile", () => {
  const refused = (work: () => unknown) => expect(work).toThrow(SessionConfigError);

  test("attributes that browsers refuse", () => {
    // @ts-expect-error
    refused(() => defineCookie("__Host-t", { domain: "a.example" }));
    // @ts-expect-error
    refused(() => defineCookie("__Host-t", { path: "/a" }));
    // @ts-expect-error
    refused(() => defineCookie("__Host-t", { secure: false }));
    // @ts-expect-error
    refused(() => defineCookie("__Secure-t", { secure: false }));
    // @ts-expect-error
    refused(() => defineCookie("__Http-t", { httpOnly: false }));
    // @ts-expect-error
    refused(() => defineCookie("__Host-Http-t", { httpOnly: false }));
    // @ts-expect-error
    refused(() => defineCookie("t", { secure: false, sameSite: "none" }));
    // @ts-expect-error
    refused(() => defineCookie("t", { secure: false, partitioned: true }));
  });

  test("options that are none, and words that are none of the choice", () => {
    // @ts-expect-error
    refused(() => defineCookie("t", { maxage: "1d" }));
    // @ts-expect-error
    refused(() => defineCookie("t", { maxAge: 5 }));
    // @ts-expect-error
    refused(() => defineCookie("t", { persistent: true }));
    // @ts-expect-error
    refused(() => defineCookie("t", { category: "fun" }));
    // @ts-expect-error
    refused(() => defineCookie("t", { sign: true, seal: true }));
    // @ts-expect-error
    refused(() => createCookies([], { consent: {} }));
  });

  test("but what is legal does", () => {
    defineCookie("t", { secure: false, httpOnly: false, sameSite: "strict" });
    defineCookie("__Host-t", { partitioned: true, sameSite: "none" });
    defineCookie("__Secure-t", { domain: "a.example", path: "/a" });
    defineCookie("__Host-Http-t", { maxAge: "1d" });
    defineCookie("t", { seal: { padTo: 16 } });
    expect(createCookies([], { consent: { version: "1" } })).toBeDefined();
  });

  test("values have the type of the schema, and of the listed cookies only", () => {
    const colour = defineCookie("colour", { schema: z.enum(["red", "blue"]) });
    const name = defineCookie("name");
    const stranger = defineCookie("stranger");
    const jar = createCookies([colour, name]).open({ headers: {} });
    const red: "red" | "blue" | undefined = jar.get(colour);
    const text: string | undefined = jar.get(name);
    expect([red, text]).toEqual([undefined, undefined]);
    // @ts-expect-error
    expect(() => jar.set(colour, "green")).toThrow(/schema/);
    // @ts-expect-error
    expect(() => jar.set(name, 5)).toThrow(/must be a string/);
    // @ts-expect-error
    refused(() => jar.get(stranger));
    // @ts-expect-error
    refused(() => jar.set(stranger, "x"));
    // @ts-expect-error
    refused(() => jar.delete(stranger));
    // @ts-expect-error
    const wrong: number | undefined = jar.get(name);
    expect(wrong).toBeUndefined();
  });
});
