import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { A, ALPHABET, B, C } from "../sealed/testing/sealing.ts";
import { defineCookie } from "./definition.ts";
import { cookieBench } from "./testing/jars.ts";
import { jsonSchema } from "./testing/json-schema.ts";

const KINDS = [
  ["signed", { sign: true }],
  ["sealed", { seal: true }],
] as const;

const isPlain = (json: string) => json.length < 600 && !json.includes("__proto__");
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).filter((it) => isPlain(JSON.stringify(it))),
  fc.string({ maxLength: 100 }),
  fc.stringMatching(/^[%0-9a-f~.]{0,20}$/),
);

describe.each(KINDS)("G12 a %s cookie", (kind, protection) => {
  const cart = defineCookie("cart", { schema: jsonSchema, ...protection });
  const other = defineCookie("other", { schema: jsonSchema, ...protection });
  const bench = cookieBench([cart, other], { keys: { current: A, older: B } });
  const read = (name: string, text: string): unknown => {
    bench.held.clear();
    bench.held.set(name, text);
    return bench.open().get(name === "cart" ? cart : other);
  };
  const write = (value: unknown): string => {
    bench.visit((jar) => jar.set(cart, value));
    return bench.held.get("cart") as string;
  };
  /** Refused, with one event that does not hold the text. */
  const refused = (name: string, text: string): void => {
    bench.events.length = 0;
    expect(read(name, text)).toBeUndefined();
    expect(bench.events).toHaveLength(1);
    expect(bench.events[0]?.[0]).toBe("cookie-rejected");
    if (text.length > 20) expect(JSON.stringify(bench.events)).not.toContain(text);
  };

  test("gives back any JSON value", () => {
    fc.assert(
      fc.property(values, (value) => {
        const expected = JSON.parse(JSON.stringify(value)) as unknown;
        expect(read("cart", write(value))).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  test("with any one character changed, cut anywhere or longer is absent: every place of three values", () => {
    for (const value of ["dark", "", { items: ["a", 1, null, "é"] }]) {
      const text = write(value);
      for (let at = 0; at < text.length; at += 1) {
        refused("cart", text.slice(0, at) || "x");
        refused("cart", text.slice(0, at) + text.slice(at + 1) || "x");
        for (const character of [...ALPHABET, "~", "."]) {
          if (character === text[at]) continue;
          refused("cart", `${text.slice(0, at)}${character}${text.slice(at + 1)}`);
        }
      }
      for (const more of ["A", "AAAA", ".", "=", "~", text]) {
        refused("cart", text + more);
        refused("cart", more + text);
      }
    }
  });

  test("with any bits flipped is absent", () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 6 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(values, flips, (value, places) => {
        const text = write(value);
        const bytes = Buffer.from(text, "latin1");
        for (const [place, bit] of places) {
          const at = place % bytes.length;
          bytes[at] = (bytes[at] as number) ^ (1 << bit);
        }
        const flipped = bytes.toString("latin1");
        // What ends the value, or is cut off by whoever reads a header, makes another, shorter text.
        if (flipped === text || /[;\s]/.test(flipped)) return;
        expect(read("cart", flipped)).toBeUndefined();
      }),
      { numRuns: 10_000 },
    );
  });

  test("is absent under another name, another key, another protection", () => {
    const elsewhere = cookieBench([cart], { keys: C });
    const bare = defineCookie("cart", { schema: jsonSchema });
    const twisted = defineCookie("cart", {
      schema: jsonSchema,
      ...(kind === "signed" ? { seal: true } : { sign: true }),
    });
    const unprotected = cookieBench([bare]);
    const twist = cookieBench([twisted], { keys: A });
    fc.assert(
      fc.property(values, (value) => {
        const text = write(value);
        refused("other", text);
        for (const [it, cookie] of [
          [elsewhere, cart],
          [twist, twisted],
        ] as const) {
          it.held.set("cart", text);
          expect(it.open().get(cookie)).toBeUndefined();
        }
        unprotected.visit((jar) => jar.set(bare, value));
        refused("cart", unprotected.held.get("cart") as string);
      }),
      { numRuns: 2_000 },
    );
  });

  test("anything at all that a client sends reads as absent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        bench.held.clear();
        expect(bench.open({ cookie: `cart=${text}` }).get(cart)).toBeUndefined();
        expect(bench.open({ cookie: text }).get(cart)).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
  });

  test("longer than any browser sends is refused unread", () => {
    refused("cart", "A".repeat(4_093));
  });
});
