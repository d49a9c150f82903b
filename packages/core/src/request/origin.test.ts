import { describe, expect, test } from "vitest";
import { isForeign, type TrustedOrigins } from "./origin.ts";

interface Case {
  readonly method?: string;
  readonly site?: string;
  readonly origin?: string;
  readonly host?: string | undefined;
  readonly upgrade?: string;
  readonly trusted?: TrustedOrigins;
}

function foreign(it: Case): boolean {
  const headers = {
    ...(it.site !== undefined && { "sec-fetch-site": it.site }),
    ...(it.origin !== undefined && { origin: it.origin }),
    ...(it.upgrade !== undefined && { upgrade: it.upgrade }),
  };
  const host = "host" in it ? it.host : "shop.example";
  const request = { method: it.method ?? "POST", headers };
  return isForeign(request, { host: () => host }, it.trusted ?? new Set());
}

const OWN = "https://shop.example";
const OTHER = "https://evil.example";

describe("G17 fetch metadata decide where they are sent", () => {
  test.each([
    ["same-origin", false],
    ["none", false],
    ["same-site", true],
    ["cross-site", true],
    ["", true],
    ["Same-Origin", true],
    ["same-origin, cross-site", true],
    ["something new", true],
  ])("Sec-Fetch-Site: %s is foreign: %s, whatever Origin says", (site, expected) => {
    expect(foreign({ site })).toBe(expected);
    expect(foreign({ site, origin: OWN })).toBe(expected);
    expect(foreign({ site, origin: OTHER })).toBe(expected);
    expect(foreign({ site, origin: "null" })).toBe(expected);
  });
});

describe("G17 Origin decides where there are no fetch metadata", () => {
  test.each<[string, string | undefined, boolean]>([
    [OWN, "shop.example", false],
    [OTHER, "shop.example", true],
    ["http://shop.example", "shop.example", false],
    [OWN, "SHOP.Example", false],
    ["https://SHOP.example", "shop.example", false],
    [OWN, "shop.example:443", false],
    ["http://shop.example", "shop.example:80", false],
    [OWN, "shop.example:80", true],
    ["http://shop.example", "shop.example:443", true],
    [OWN, "shop.example:8443", true],
    ["https://shop.example:8443", "shop.example:8443", false],
    ["https://shop.example:8443", "shop.example", true],
    ["https://shop.example:443", "shop.example", false],
    ["https://a.shop.example", "shop.example", true],
    ["https://shop.example.evil.example", "shop.example", true],
    ["https://shop.example@evil.example", "shop.example", true],
    ["http://127.0.0.1:3000", "127.0.0.1:3000", false],
    ["http://127.0.0.1:3000", "127.0.0.1:3001", true],
    ["http://localhost:3000", "127.0.0.1:3000", true],
    ["http://[::1]:3000", "[::1]:3000", false],
    ["http://[::1]:3000", "[::1]:3001", true],
    ["http://[0:0:0:0:0:0:0:1]:3000", "[::1]:3000", false],
    ["http://[::1]", "[::1]", false],
    ["http://[::2]", "[::1]", true],
    ["https://xn--bcher-kva.example", "xn--bcher-kva.example", false],
    ["null", "shop.example", true],
    ["", "shop.example", true],
    ["garbage", "shop.example", true],
    ["https://", "shop.example", true],
    ["file://", "shop.example", true],
    ["chrome-extension://abcdef", "shop.example", true],
    [`${OWN}, ${OTHER}`, "shop.example", true],
  ])("Origin: %s for Host: %s is foreign: %s", (origin, host, expected) => {
    expect(foreign({ origin, host })).toBe(expected);
  });

  test.each([undefined, "", "null", "a b", "user@", "/", "shop.example/", "x@shop.example"])(
    "a request for host %j matches no origin, none at all included",
    (host) => {
      for (const origin of [
        "null",
        "",
        "file://",
        "garbage",
        OWN,
        "about:blank",
        "data:text/plain,x",
      ]) {
        expect([origin, foreign({ origin, host })]).toEqual([origin, true]);
      }
    },
  );
});

describe("G17 who passes", () => {
  test("a client that sends neither header is no browser", () => {
    expect(foreign({})).toBe(false);
    expect(foreign({ host: undefined })).toBe(false);
  });

  test.each(["GET", "HEAD", "OPTIONS", "TRACE", "get"])("%s cannot act", (method) => {
    expect(foreign({ method, site: "cross-site", origin: OTHER })).toBe(false);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE", "CONNECT", "post", "PROPFIND", "GETX", ""])(
    "%j can",
    (method) => {
      expect(foreign({ method, site: "cross-site" })).toBe(true);
      expect(foreign({ method, origin: OTHER })).toBe(true);
    },
  );

  test("without a method there is nothing to check", () => {
    const headers = { origin: OTHER, "sec-fetch-site": "cross-site" };
    expect(isForeign({ headers }, { host: () => "shop.example" }, new Set())).toBe(false);
  });

  test("a trusted origin, letter by letter, also where fetch metadata say cross-site", () => {
    const trusted = new Set(["https://admin.example"]);
    expect(foreign({ origin: "https://admin.example", site: "cross-site", trusted })).toBe(false);
    expect(foreign({ origin: "https://admin.example", trusted })).toBe(false);
    expect(foreign({ origin: "http://admin.example", site: "cross-site", trusted })).toBe(true);
    expect(foreign({ origin: "https://admin.example:8443", trusted })).toBe(true);
    expect(foreign({ origin: "https://x.admin.example", trusted })).toBe(true);
    expect(foreign({ site: "cross-site", trusted })).toBe(true);
    expect(foreign({ origin: "null", trusted })).toBe(true);
  });

  test('anybody, where crossOrigin is "allow"', () => {
    expect(foreign({ origin: OTHER, site: "cross-site", trusted: "allow" })).toBe(false);
  });
});

describe("G17 a WebSocket upgrade is a GET that can act", () => {
  test.each(["websocket", "WebSocket", "WEBSOCKET"])(
    "Upgrade: %s from elsewhere is foreign",
    (upgrade) => {
      expect(foreign({ method: "GET", upgrade, origin: OTHER })).toBe(true);
      expect(foreign({ method: "GET", upgrade, site: "cross-site", origin: OTHER })).toBe(true);
      expect(foreign({ method: "GET", upgrade, origin: OWN })).toBe(false);
      expect(foreign({ method: "GET", upgrade, site: "same-origin", origin: OWN })).toBe(false);
      expect(foreign({ method: "GET", upgrade })).toBe(false);
    },
  );

  test("one to h2c is no WebSocket; one that lists websocket is", () => {
    expect(foreign({ method: "GET", upgrade: "h2c", origin: OTHER })).toBe(false);
    expect(foreign({ method: "GET", upgrade: "h2c, websocket", origin: OTHER })).toBe(true);
  });
});
