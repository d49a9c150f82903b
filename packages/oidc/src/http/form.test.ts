import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { formOf, isForm, MAX_FORM, readForm } from "./form.ts";

const stream = (...chunks: string[]) => Readable.from(chunks.map((it) => Buffer.from(it)));

function message(type: string | undefined, chunks: string[]) {
  return Object.assign(stream(...chunks), { headers: { "content-type": type } }) as never;
}

const FORM = "application/x-www-form-urlencoded";

describe("a form", () => {
  test.each([
    [FORM, true],
    [`${FORM}; charset=UTF-8`, true],
    ["Application/X-WWW-Form-Urlencoded", true],
    [`${FORM}x`, false],
    ["application/json", false],
    ["multipart/form-data; boundary=x", false],
    [undefined, false],
  ])("%s is one: %s", async (type, expected) => {
    expect(isForm(type)).toBe(expected);
    expect((await formOf(message(type, ["a=1"]), undefined)) !== undefined).toBe(expected);
  });

  test("is read to its limit and no further", async () => {
    const most = `a=${"x".repeat(MAX_FORM - 2)}`;
    expect((await readForm(stream(most)))?.get("a")).toHaveLength(MAX_FORM - 2);
    let asked = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          asked++;
          yield Buffer.alloc(1024, "x");
        }
      })(),
      { highWaterMark: 1 },
    );
    expect(await readForm(endless)).toBeUndefined();
    expect(asked).toBeLessThan(40);
  });

  test("of which a parser has made an object", async () => {
    const request = message(FORM, ["a=1"]) as Readable;
    request.resume();
    await new Promise((done) => request.once("end", done));
    const parsed = { a: "1", b: ["2", "3"], c: { d: "4" }, e: 5 };
    const form = await formOf(request as never, parsed);
    expect([...(form ?? [])]).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["b", "3"],
    ]);
    expect(await formOf(request as never, { a: "x".repeat(MAX_FORM) })).toBeUndefined();
    expect(await formOf(request as never, undefined)).toBeUndefined();
  });
});
