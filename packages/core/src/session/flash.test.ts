import { describe, expect, test } from "vitest";
import { UnserialisableError } from "../errors.ts";
import type { Values } from "./changes.ts";
import { Flash, replayFlash } from "./flash.ts";

/** What a commit leaves of `fresh`. */
const left = (flash: Flash, fresh: Values | undefined) => replayFlash(fresh, flash.take());

describe("Flash", () => {
  test("the request that takes a value keeps reading it, and leaves nothing of it", () => {
    const flash = new Flash({ a: 1, b: 2 });
    expect([flash.has("a"), flash.get("a"), flash.get("a"), flash.has("a")]).toEqual([
      true,
      1,
      1,
      true,
    ]);
    expect(flash.isChanged()).toBe(true);
    expect(left(flash, { a: 1, b: 2 })).toEqual({ b: 2 });
  });

  test("a value is gone too if its reader has mutated it, and reads as it left it until then", () => {
    const stored = { a: ["x", "y"] };
    const flash = new Flash(stored);
    (flash.get("a") as string[]).shift();
    expect(flash.get("a")).toEqual(["y"]);
    expect(left(flash, stored)).toBeUndefined();
  });

  test("a request that only asks whether there is one takes nothing", () => {
    const flash = new Flash({ a: 1 });
    expect([flash.has("a"), flash.isChanged()]).toEqual([true, false]);
    expect(left(flash, { a: 1 })).toEqual({ a: 1 });
  });

  test("what this request adds is for later ones", () => {
    const flash = new Flash(undefined);
    flash.set("a", 1);
    expect([flash.has("a"), flash.isChanged()]).toEqual([false, true]);
    expect(left(flash, undefined)).toEqual({ a: 1 });
  });

  test("a value that another request put in place of the one taken stays", () => {
    const flash = new Flash({ a: "old" });
    flash.get("a");
    expect(left(flash, { a: "new", b: 1 })).toEqual({ a: "new", b: 1 });
  });

  test("taken and added again, the new value is left", () => {
    const flash = new Flash({ a: 1 });
    flash.get("a");
    flash.set("a", 2);
    expect(left(flash, { a: 1 })).toEqual({ a: 2 });
  });

  test("after a commit the value is readable still, and nothing is left to do", () => {
    const flash = new Flash({ a: 1 });
    flash.get("a");
    flash.set("b", 2);
    flash.take();
    expect([flash.isChanged(), flash.get("a"), flash.isChanged()]).toEqual([false, 1, false]);
    expect(left(flash, { a: "next", b: 2 })).toEqual({ a: "next", b: 2 });
  });

  test("what is added or taken while a commit is under way is for the next one", () => {
    const flash = new Flash({ a: 1, b: 2 });
    flash.get("a");
    flash.set("c", 3);
    const first = flash.take();
    flash.get("b");
    flash.set("d", 4);
    flash.set("c", 5);
    expect(replayFlash({ a: 1, b: 2 }, first)).toEqual({ b: 2, c: 3 });
    expect(left(flash, { b: 2, c: 3 })).toEqual({ c: 5, d: 4 });
  });

  test("a commit that failed leaves its changes to the next, below what came since", () => {
    const flash = new Flash({ a: 1, b: 2 });
    flash.get("a");
    flash.set("c", 3);
    flash.set("d", 3);
    const failed = flash.take();
    flash.set("c", 4);
    flash.restore(failed);
    expect(left(flash, { a: 1, b: 2 })).toEqual({ b: 2, c: 4, d: 3 });
  });

  test("keys like __proto__ are keys, over a failed commit too", () => {
    const flash = new Flash(JSON.parse('{"__proto__":{"x":1}}') as Values);
    expect(flash.has("toString")).toBe(false);
    expect(flash.get("__proto__")).toEqual({ x: 1 });
    flash.set("__proto__", { y: 1 });
    flash.restore(flash.take());
    expect(JSON.stringify(left(flash, {}))).toBe('{"__proto__":{"y":1}}');
    expect(({} as Values).y).toBeUndefined();
  });

  test("a value that the data hides is gone", () => {
    const flash = new Flash({ a: 1 });
    flash.delete("a");
    flash.delete("b");
    expect(flash.has("a")).toBe(false);
    expect(left(flash, { a: 1, b: 1 })).toEqual({ b: 1 });
  });

  test("G14 what JSON would not keep is refused, also where it came into a value later", () => {
    const flash = new Flash(undefined);
    expect(() => flash.set("a", new Date())).toThrow(UnserialisableError);
    const value: Values = {};
    flash.set("b", value);
    value.at = new Date();
    expect(() => flash.isChanged()).toThrow(UnserialisableError);
  });

  test("clear drops what this and earlier requests left, except under the keys named", () => {
    const flash = new Flash({ a: 1, k: 1 });
    flash.get("a");
    flash.set("b", 1);
    flash.set("m", 1);
    flash.clear(new Set(["k", "m"]));
    expect([flash.has("a"), flash.has("k")]).toEqual([false, true]);
    expect(left(flash, { a: 1, k: 1, theirs: 1 })).toEqual({ k: 1, m: 1 });
  });
});
