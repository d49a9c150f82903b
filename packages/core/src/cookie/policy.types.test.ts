import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { createSessions } from "../session/manager.ts";
import type { SessionsOptions } from "../session/options.ts";
import { cookiePolicy } from "./policy.ts";

// tsc compiles this file: each expected error below is an assertion, as a line that compiles would be an unused directive.

/** Takes options as `createSessions` does; the types refuse, and run time agrees. */
const refused = (options: SessionsOptions<Record<string, unknown>>) =>
  expect(() => createSessions(options)).toThrow(SessionConfigError);
const accepted = (options: SessionsOptions<Record<string, unknown>>) =>
  expect(createSessions(options)).toBeDefined();

describe("G16 what run time refuses does not compile", () => {
  test("a __Host- name with a Domain, another Path or without Secure", () => {
    // @ts-expect-error
    refused({ cookie: { name: "__Host-id", domain: "example.com" } });
    // @ts-expect-error
    refused({ cookie: { name: "__Host-id", path: "/app" } });
    // @ts-expect-error
    refused({ cookie: { name: "__Host-id", secure: false } });
  });

  test("the same without a name, since the default name is __Host-id", () => {
    // @ts-expect-error
    refused({ cookie: { domain: "example.com" } });
    // @ts-expect-error
    refused({ cookie: { path: "/app" } });
    // @ts-expect-error
    refused({ cookie: { secure: false } });
  });

  test("a __Secure- or __Http- name without Secure, an __Http- name without HttpOnly", () => {
    // @ts-expect-error
    refused({ cookie: { name: "__Secure-id", secure: false } });
    // @ts-expect-error
    refused({ cookie: { name: "__Http-id", secure: false } });
    // @ts-expect-error
    refused({ cookie: { name: "__Http-id", httpOnly: false } });
  });

  test("SameSite=None or Partitioned without Secure", () => {
    // @ts-expect-error
    refused({ cookie: { name: "sid", secure: false, sameSite: "none" } });
    // @ts-expect-error
    refused({ cookie: { name: "sid", secure: false, partitioned: true } });
  });

  test("an unknown option, at any level", () => {
    // @ts-expect-error
    refused({ cookies: {} });
    // @ts-expect-error
    refused({ cookie: { maxAge: 5 } });
    // @ts-expect-error
    refused({ timeouts: { idel: "30m" } });
    // @ts-expect-error
    refused({ limits: { perUser: 1, perHost: 1 } });
    // @ts-expect-error
    refused({ crossOrigin: { trusted: [], allowed: [] } });
  });

  test("a bare number as a duration, and a number without its unit", () => {
    // @ts-expect-error
    refused({ timeouts: { idle: 1800 } });
    // @ts-expect-error
    refused({ timeouts: { absolute: "1800" } });
    // @ts-expect-error
    refused({ timeouts: { rotationGrace: 10 } });
    // @ts-expect-error
    refused({ timeouts: { touchEvery: 60_000 } });
    // @ts-expect-error
    refused({ storeTimeout: 2000 });
  });

  test("words that are none of the choice", () => {
    // @ts-expect-error
    refused({ timeouts: "aal4" });
    // @ts-expect-error
    refused({ onStoreError: "ignore" });
    // @ts-expect-error
    refused({ limits: { perUser: 1, onLimit: "evict" } });
    // @ts-expect-error
    refused({ crossOrigin: "deny" });
    // @ts-expect-error
    refused({ cookie: { sameSite: "Lax" } });
  });
});

describe("what is legal compiles", () => {
  test("with the names written out", () => {
    accepted({ cookie: {} });
    accepted({ cookie: { name: "__Host-id", path: "/", secure: true, sameSite: "strict" } });
    accepted({ cookie: { name: "__Host-Http-id" } });
    accepted({ cookie: { name: "__Secure-id", domain: "example.com", path: "/app" } });
    accepted({ cookie: { name: "__Http-id", domain: "example.com" } });
    accepted({
      cookie: { name: "sid", domain: "example.com", sameSite: "none", partitioned: true },
    });
    accepted({ cookie: { name: "sid", secure: false, sameSite: "strict" } });
    accepted({ cookie: { name: "_sid", httpOnly: false } });
    accepted({
      timeouts: { idle: "1.5h", absolute: "14d", touchEvery: "0s", rotationGrace: "0s" },
    });
    accepted({ timeouts: "aal2", storeTimeout: "500ms" });
  });

  test("with names and flags known at run time only, by cookiePolicy", () => {
    const name: string = process.env.NOT_SET ?? "sid";
    const secure: boolean = process.env.NOT_SET === "production";
    // @ts-expect-error a string could be a __Host- name
    const direct: SessionsOptions<Record<string, unknown>> = { cookie: { name, secure } };
    expect(direct).toBeDefined();
    accepted({ cookie: cookiePolicy({ name, secure }) });
  });

  test("the session's type follows from Data", () => {
    const sessions = createSessions<{ cart: string[]; theme?: "dark" | "light" }>();
    const session = sessions.open({ headers: {} });
    if (session instanceof Promise) expect.unreachable();
    const cart: string[] | undefined = session.get("cart");
    expect(cart).toBeUndefined();
    // @ts-expect-error
    session.set("theme", "blue");
    // @ts-expect-error
    session.get("colour");
    // @ts-expect-error
    session.login("ada", { keep: ["colour"] });
  });
});
