import { describe, expect, test } from "vitest";
import { headerOf, hostOf, isLoopback, isSecure } from "./request.ts";

describe("headerOf", () => {
  test("reads an IncomingMessage's headers, which have no prototype", () => {
    const headers: Record<string, string> = Object.assign(Object.create(null), { cookie: "a=1" });
    expect(headerOf(headers, "cookie")).toBe("a=1");
    expect(headerOf(headers, "host")).toBeUndefined();
  });

  test("reads a Headers object", () => {
    const headers = new Headers({ Cookie: "a=1" });
    expect(headerOf(headers, "cookie")).toBe("a=1");
    expect(headerOf(headers, "host")).toBeUndefined();
  });

  test.each(["cookie", "Cookie", "COOKIE", "cOOkIE"])("reads a plain object's %s", (name) => {
    expect(headerOf({ [name]: "a=1" }, "cookie")).toBe("a=1");
    expect(headerOf({ [name]: "a=1" }, "host")).toBeUndefined();
  });

  test("joins several Cookie fields by '; ' and others by ', '", () => {
    expect(headerOf({ cookie: ["a=1", "b=2"] }, "cookie")).toBe("a=1; b=2");
    expect(headerOf({ Cookie: ["a=1", "b=2"] }, "cookie")).toBe("a=1; b=2");
    expect(headerOf({ origin: ["a", "b"] }, "origin")).toBe("a, b");
    const headers = new Headers();
    headers.append("cookie", "a=1");
    headers.append("cookie", "b=2");
    expect(headerOf(headers, "cookie")).toBe("a=1; b=2");
  });

  test("does not take what an object inherits for a header", () => {
    expect(headerOf({}, "constructor")).toBeUndefined();
    expect(headerOf({}, "toString")).toBeUndefined();
    expect(headerOf({ cookie: undefined }, "cookie")).toBeUndefined();
  });
});

describe("isSecure", () => {
  test("the framework's word counts before all else", () => {
    const request = { headers: {}, socket: { encrypted: true }, url: "https://x/" };
    expect(isSecure(request, { secure: () => false })).toBe(false);
    expect(isSecure(request, { secure: () => undefined })).toBe(true);
    expect(isSecure({ headers: {} }, { secure: () => true })).toBe(true);
  });

  test("then the socket's, then the scheme of an absolute URL, and else nobody's", () => {
    const headers = {};
    expect(isSecure({ headers, socket: { encrypted: true } }, undefined)).toBe(true);
    expect(isSecure({ headers, socket: {} }, undefined)).toBe(false);
    expect(isSecure({ headers, socket: { encrypted: "yes" } }, undefined)).toBe(false);
    expect(isSecure({ headers, url: "https://example.com/" }, undefined)).toBe(true);
    expect(isSecure({ headers, url: "HTTPS://example.com/" }, undefined)).toBe(true);
    expect(isSecure({ headers, url: "http://example.com/" }, undefined)).toBe(false);
    expect(isSecure({ headers, url: "/https://" }, undefined)).toBeUndefined();
    expect(isSecure({ headers, socket: null }, undefined)).toBeUndefined();
    expect(isSecure({ headers }, {})).toBeUndefined();
  });

  test("a forwarded header is nobody's word", () => {
    const headers = { "x-forwarded-proto": "https" };
    expect(isSecure({ headers, socket: {} }, undefined)).toBe(false);
  });
});

describe("hostOf", () => {
  test("the framework's word, then Host, then :authority", () => {
    const headers = { host: "a.example", ":authority": "b.example" };
    expect(hostOf({ headers }, { host: () => "c.example" })).toBe("c.example");
    expect(hostOf({ headers }, { host: () => undefined })).toBe("a.example");
    expect(hostOf({ headers: { ":authority": "b.example" } }, undefined)).toBe("b.example");
    expect(hostOf({ headers: {} }, undefined)).toBeUndefined();
  });

  test("a forwarded header is nobody's word", () => {
    expect(hostOf({ headers: { "x-forwarded-host": "evil.example" } }, undefined)).toBeUndefined();
  });
});

describe("isLoopback", () => {
  test.each([
    "localhost",
    "localhost:3000",
    "LOCALHOST",
    "app.localhost:80",
    "127.0.0.1",
    "127.1.2.3:65535",
    "[::1]",
    "[::1]:3000",
  ])("%s is", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each([
    undefined,
    "",
    "example.com",
    "localhost.example.com",
    "notlocalhost",
    "127.0.0.1.example.com",
    "127.0.0",
    "128.0.0.1",
    "[::2]",
    "::1",
    "10.0.0.1",
    "0.0.0.0",
  ])("%s is not", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
