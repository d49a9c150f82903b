import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeReturnTo } from "./return-to.ts";

const APP = "https://app.example";

describe("paths of the application are kept", () => {
  test.each([
    ["/"],
    ["/cart"],
    ["/cart?item=1&item=2#top"],
    ["/a//b"],
    ["/search?q=https://other.example/"],
    ["/search?q=//other.example"],
    ["/comment?text=one%0D%0Atwo"],
    ["/files/a%2Fb"],
    ["/@ann"],
    ["/user:1"],
    ["/?"],
  ])("%s", (path) => {
    expect(safeReturnTo(path)).toBe(path === "/?" ? "/" : path);
  });

  test.each([
    ["/straße?q=ü", "/stra%C3%9Fe?q=%C3%BC"],
    ["/a/./b/../c", "/a/c"],
    [`/q?x="<>`, "/q?x=%22%3C%3E"],
    ["/\u{1F600}", "/%F0%9F%98%80"],
    ["/\ud800", "/%EF%BF%BD"],
  ])("%j is written as %s, for a Location header", (given, written) => {
    expect(safeReturnTo(given)).toBe(written);
  });
});

describe("anything else is the fallback", () => {
  test.each([
    ["", "nothing"],
    ["cart", "a relative path"],
    ["?a=1", "only a query"],
    ["#a", "only a fragment"],
    ["//evil.example", "another host"],
    ["///evil.example", "another host, three slashes"],
    ["/\\evil.example", "a backslash, which browsers take for a slash"],
    ["\\\\evil.example", "two of them"],
    ["\\/evil.example", "a backslash first"],
    ["/a\\b", "a backslash later"],
    ["/%5Cevil.example", "an encoded backslash"],
    ["/%5cevil.example", "in lower case"],
    ["/%2Fevil.example", "an encoded slash"],
    ["/%2fevil.example", "in lower case"],
    ["/.//evil.example", "a dot segment before two slashes"],
    ["/..//evil.example", "two dots before them"],
    ["/a/..//evil.example", "a path that is taken back"],
    ["/%2e//evil.example", "an encoded dot"],
    ["/%2E%2e//evil.example", "encoded dots"],
    ["/./%5Cevil.example", "a dot before an encoded backslash"],
    ["/.\\/evil.example", "a dot and a backslash"],
    ["/\t/evil.example", "a tab, which parsers take out"],
    ["/\n/evil.example", "a line feed"],
    ["/\r/evil.example", "a carriage return"],
    ["\t//evil.example", "a tab first"],
    [" //evil.example", "a space first"],
    ["\u0000/evil", "a NUL first"],
    ["/a\u0000b", "a NUL"],
    ["/a\u007fb", "a DEL"],
    ["/a\u0085b", "a control character of Latin-1"],
    ["/a\u2028b", "a line separator"],
    ["/a b", "a space"],
    ["/%09/evil.example", "an encoded tab"],
    ["/%0d%0aSet-Cookie:a=b", "an encoded line end in the path"],
    ["/a%7F", "an encoded DEL"],
    ["/a\r\nSet-Cookie: a=b", "a header"],
    ["https://app.example/", "a URL, be it of this host"],
    ["https://evil.example/", "a URL"],
    ["HTTPS://evil.example/", "a URL in capitals"],
    ["https:evil.example", "a scheme without slashes"],
    ["javascript:alert(1)", "a script"],
    [" javascript:alert(1)", "a script after a space"],
    ["data:text/html,x", "data"],
    ["//user:secret@evil.example/", "a user"],
    ["/\u200b/../..//evil.example", "something invisible before a path that is taken back"],
    [`/${"a".repeat(2048)}`, "too long"],
    [`/${"ü".repeat(1000)}`, "too long once it is encoded"],
  ])("%j: %s", (given) => {
    expect(safeReturnTo(given)).toBe("/");
    expect(safeReturnTo(given, "/home")).toBe("/home");
  });

  test.each([
    [undefined],
    [null],
    [1],
    [["/a", "/b"]],
    [{}],
    [{ toString: () => "/a" }],
    [new String("/a")],
  ])("what is no text: %j", (given) => {
    expect(safeReturnTo(given)).toBe("/");
  });
});

const awkward = fc.constantFrom(
  ...[
    "/",
    "\\",
    "//",
    ".",
    "..",
    "%2e",
    "%2f",
    "%5c",
    "%09",
    "\t",
    "\n",
    "\r",
    " ",
    "\0",
    "@",
    ":",
  ],
  ...[
    "?",
    "#",
    "evil.example",
    "https:",
    "javascript:",
    "a",
    "ü",
    "\u200b",
    "\ufeff",
    "\ud800",
    "／",
  ],
);
const hostile = fc.oneof(
  fc.array(awkward, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.array(awkward, { maxLength: 12 }).map((parts) => `/${parts.join("")}`),
  fc.string({ unit: "binary" }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.webPath(),
);

test("whatever comes in, no browser and no server is led to another origin", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const path = safeReturnTo(value);
      expect(new URL(path, APP).origin).toBe(APP);
      // Nor by who resolves it against a page deep inside, decodes it once, or reads it as Windows does.
      expect(new URL(path, `${APP}/a/b/c`).origin).toBe(APP);
      expect(new URL(path.replaceAll("\\", "/"), APP).origin).toBe(APP);
      const [bare = ""] = path.split(/[?#]/);
      const decoded = bare.replace(/%[\da-f]{2}/gi, (code) =>
        String.fromCharCode(Number.parseInt(code.slice(1), 16)),
      );
      expect(new URL(decoded, APP).origin).toBe(APP);
      // A Location header takes it, and it is one already.
      expect(path).toMatch(/^\/[!-~]*$/);
      expect(safeReturnTo(path)).toBe(path);
    }),
    { numRuns: 20_000 },
  );
});

test("what is kept is the same page for a browser", () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const safe = safeReturnTo(path, "refused");
      if (safe !== "refused") expect(new URL(safe, APP).href).toBe(new URL(path, APP).href);
    }),
  );
});
