import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { createSessions } from "../session/manager.ts";
import { bearer, cookie, header, query } from "../transports.ts";

const TO = ["https://shop.example"];
const making = (transport: unknown) => () => createSessions({ transport: transport as never });

describe("the transports of a manager", () => {
  test.each([
    ["one", cookie()],
    ["a list", [bearer(), cookie(), header("X-Session"), query("ticket", { to: TO })]],
    ["two headers", [header("x-a"), header("x-b")]],
    ["a token in the URL", [cookie(), query("sid", { carries: "token" })]],
    ["an origin on this machine", [cookie(), query("t", { to: ["http://localhost:3000"] })]],
  ])("%s", (_, transport) => {
    expect(making(transport)).not.toThrow();
  });

  test.each([
    ["none", [], /transport must be a list of transports/],
    ["null", null, /must be a list/],
    ["a word", "bearer", /must be a list/],
    ["a function that was not called", [bearer], /must be a list/],
    ["one twice", [cookie(), cookie()], /must have cookie only once/],
    ["one header twice", [header("x-a"), header("X-A")], /must have header x-a only once/],
    ["bearer twice", [bearer(), bearer({ reply: "x-b" })], /must have bearer only once/],
    [
      "two parameters",
      [cookie(), query("a", { to: TO }), query("b", { to: TO })],
      /must have query\(\) only once/,
    ],
    ["nothing but a URL", query("a", { to: TO }), /must begin with another than query/],
    [
      "a token in a URL first",
      [query("a", { carries: "token" }), cookie()],
      /must begin with another/,
    ],
    [
      "a hand-off without a cookie",
      [bearer(), query("a", { to: TO })],
      /must have cookie\(\) beside/,
    ],
  ])("refuses %s", (_, transport, message) => {
    expect(making(transport)).toThrow(SessionConfigError);
    expect(making(transport)).toThrow(message);
  });

  test("refuses a hand-off where the cookie does not come with every page", () => {
    const transport = [cookie(), query("t", { to: TO })];
    const narrow = { name: "__Secure-id", path: "/app" } as const;
    expect(() => createSessions({ transport, cookie: narrow })).toThrow(SessionConfigError);
    expect(() => createSessions({ transport, cookie: narrow })).toThrow(
      /must have cookie.path "\/" beside/,
    );
  });

  test.each([
    "cookie",
    "Set-Cookie",
    "authorization",
    "host",
    "Content-Length",
    "sec-fetch-site",
    "vary",
    "proxy-authorization",
    "x-forwarded-for",
    "access-control-allow-origin",
    "transfer-encoding",
    "location",
    "cache-control",
    "te",
    "X-Accel-Redirect",
    "x-accel-expires",
    "X-Sendfile",
    "surrogate-control",
    "cdn-cache-control",
    "clear-site-data",
    "strict-transport-security",
    "x-frame-options",
    "x-content-type-options",
    "permissions-policy",
    "cross-origin-opener-policy",
    "x-http-method-override",
    "dpop",
    "traceparent",
    "tracestate",
    "",
    "two words",
    "x:y",
    "x-ü",
    undefined,
  ])("refuses the header %s", (name) => {
    expect(() => header(name as string)).toThrow(SessionConfigError);
    expect(() => bearer({ reply: (name ?? "") as string })).toThrow(SessionConfigError);
  });

  test("says what is for cookies and for Authorization", () => {
    expect(() => header("Authorization")).toThrow(/that is what bearer\(\) and cookie\(\) are for/);
  });

  test("refuses an option that there is not", () => {
    expect(() => bearer({ header: "x" } as never)).toThrow(/bearer.header is not an option/);
  });

  test.each([
    ["", { to: TO }, /must have a name/],
    ["a=b", { to: TO }, /must have a name/],
    ["a", {}, /query.to must list the origins/],
    ["a", undefined, /query must be an object/],
    ["a", { to: [] }, /must list/],
    ["a", { to: "https://shop.example" }, /must list/],
    ["a", { to: ["https://shop.example/"] }, /must list/],
    ["a", { to: ["http://shop.example"] }, /must list/],
    ["a", { to: ["javascript:1"] }, /must list/],
    ["a", { to: TO, lifetime: "6m" }, /at most "5m"/],
    ["a", { to: TO, lifetime: "0ms" }, /at most "5m"/],
    ["a", { to: TO, lifetime: 60 }, /must be a duration/],
    ["a", { carries: "id" }, /must be "code" or "token"/],
    ["a", { carries: "token", to: TO }, /must not have to or lifetime/],
  ])("refuses query(%j, %j)", (name, options, message) => {
    expect(() => query(name, options as never)).toThrow(SessionConfigError);
    expect(() => query(name, options as never)).toThrow(message);
  });
});
