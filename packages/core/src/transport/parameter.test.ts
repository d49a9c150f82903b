import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasParameter, parametersOf, withoutParameter } from "./parameter.ts";

describe("a parameter of a URL", () => {
  test.each([
    ["/", []],
    ["/?", []],
    ["/?t=a", ["a"]],
    ["/?t", [""]],
    ["/?x=1&t=a&y=2", ["a"]],
    ["/?t=a&t=b&t=a", ["a", "b"]],
    ["/?tt=a&at=b", []],
    ["/?T=a", []],
    ["/?%74=a", []],
    ["/x?y?t=a&t=b#?t=c", ["b"]],
    ["/#?t=a", []],
    ["https://shop.example/p?t=a", ["a"]],
    ["/?t=1&t=2&t=3&t=4&t=5", ["1", "2", "3", "4"]],
    [undefined, []],
  ])("of %s", (url, values) => {
    expect(parametersOf(url, "t")).toEqual(values);
    expect(hasParameter(url, "t")).toBe(values.length > 0);
  });

  test("taken out, the rest stays to the letter and leads to the same page", () => {
    const pair = fc.oneof(
      fc
        .tuple(fc.constantFrom("t", "x", "tt", ""), fc.webQueryParameters())
        .map((it) => it.join("=")),
      fc.webQueryParameters(),
    );
    const path = fc.oneof(
      fc.webPath(),
      fc.constantFrom("//evil.example/", "/\\evil.example", "/a//b"),
    );
    fc.assert(
      fc.property(path, fc.array(pair), (before, pairs) => {
        const url = `${before}?${pairs.join("&")}`;
        const base = new URL(`https://shop.example${before.replaceAll("\\", "/")}?t=secret`);
        const target = new URL(withoutParameter(url, "t"), base);
        expect(target.origin).toBe("https://shop.example");
        expect(target.pathname).toBe(base.pathname);
        expect(hasParameter(target.href, "t")).toBe(false);
        const others = url
          .split("?")
          .slice(1)
          .join("?")
          .split("&")
          .filter((it) => it !== "t" && !it.startsWith("t="));
        expect(withoutParameter(url, "t")).toBe(`?${others.join("&")}`);
      }),
    );
  });
});
