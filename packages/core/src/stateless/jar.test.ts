import { parseSetCookie } from "cookie";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cookiePolicy, MAX_COOKIE } from "../cookie/policy.ts";
import { capacity, chunkingJar, MAX_CHUNKS } from "./jar.ts";

const POLICY = cookiePolicy();
const { name } = POLICY;
let made = 0;
/** No two are alike, in any of their parts. */
const token = (length: number): string => {
  made += 1;
  return String(made)
    .padEnd(8, "-")
    .repeat(length / 8 + 1)
    .slice(0, length);
};
const read = (header: string | undefined) => chunkingJar.read(header, name);

/** What a browser keeps of such cookies. */
class Jar {
  readonly cookies = new Map<string, string>();

  get header(): string | undefined {
    const pairs = [...this.cookies].map(([key, value]) => `${key}=${value}`);
    return pairs.length > 0 ? pairs.join("; ") : undefined;
  }

  receive(lines: readonly string[]): void {
    for (const line of lines) {
      const cookie = parseSetCookie(line);
      expect(cookie.name.length + (cookie.value?.length ?? 0)).toBeLessThanOrEqual(MAX_COOKIE);
      if (cookie.maxAge === 0) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value ?? "");
    }
  }
}

const write = (header: string | undefined, value: string | undefined): string[] =>
  chunkingJar.write(POLICY, { headers: header ? { cookie: header } : {} }, value, undefined);
const sent = (value: string): Jar => {
  const jar = new Jar();
  jar.receive(write(undefined, value));
  return jar;
};

describe("sizes", () => {
  test("a token of each number of cookies comes back, at the very limits", () => {
    for (let chunks = 1; chunks <= MAX_CHUNKS; chunks++) {
      for (const length of [capacity(name, chunks) - 1, capacity(name, chunks)]) {
        const value = token(length);
        const jar = sent(value);
        expect(jar.cookies.size).toBe(chunks);
        expect(read(jar.header)).toEqual([value]);
      }
      expect(sent(token(capacity(name, chunks) + 1)).cookies.size).toBe(chunks + 1);
    }
  });

  test("every chunk has the attributes of the whole", () => {
    const lines = write(undefined, token(9_000));
    for (const line of lines) expect(line.endsWith(POLICY.attributes)).toBe(true);
  });
});

describe("hostile chunks", () => {
  const value = token(10_000);
  const whole = sent(value);
  const parts = (): string[] => [...whole.cookies.values()];
  const [first = "", second = "", third = ""] = parts();
  const headerOf = (...values: string[]) =>
    values.map((it, index) => `${index ? `${name}.${index}` : name}=${it}`).join("; ");
  /** Exactly what was sent, or what no codec takes for a token. */
  const nothing = (header: string) => {
    for (const it of read(header)) expect(it.startsWith("~"), it.slice(0, 30)).toBe(true);
  };

  test("counts that are none, or are not this token's", () => {
    const counts = ["0", "1", "4", "5", "9", "00", "02", "10", "-1", "1e1", "999999999", "", "x"];
    for (const count of counts)
      nothing(headerOf(first.replace("~3~", `~${count}~`), second, third));
    // Fewer than there are is another text, and no seal.
    const [cut = ""] = read(headerOf(first.replace("~3~", "~2~"), second, third));
    expect(value.startsWith(cut) && cut.length < value.length).toBe(true);
  });

  test("marks that are none, or another token's", () => {
    const [, , mark = ""] = first.split("~");
    const wrong = ["", "~", mark.slice(1), `${mark}x`, "________", "%00%00%0", mark.toUpperCase()];
    for (const other of wrong.filter((it) => it !== mark)) {
      nothing(headerOf(first.replace(mark, other), second, third));
      nothing(headerOf(first, second.replace(mark, other), third));
    }
  });

  test("missing, exchanged and cut chunks", () => {
    nothing(headerOf(first));
    nothing(headerOf(first, second));
    nothing(`${name}=${first}; ${name}.2=${third}`);
    nothing(headerOf("~3~", second, third));
    nothing(headerOf(second, second, third));
    expect(read(headerOf(first, third, second))[0]).not.toBe(value);
    expect(read(`${name}.1=${second}; ${name}.2=${third}`)).toEqual([]);
  });

  test("a planted chunk beside the real one does not hide it, before or after", () => {
    const planted = `${name}.1=~AAAAAAAA~planted`;
    expect(read(`${planted}; ${whole.header}`)).toEqual([value]);
    expect(read(`${whole.header}; ${planted}`)).toEqual([value]);
  });

  test("no header at all makes it throw, nor give more than a header holds", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        name,
        `${name}.1`,
        `${name}.2`,
        "=",
        "~",
        "~2~",
        "~4~AAAAAAAA~",
        ";",
        "; ",
        first,
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const header = pieces.join("");
        const values = read(header);
        expect(values.length).toBeLessThanOrEqual(4);
        expect(values.join("").length).toBeLessThanOrEqual(MAX_CHUNKS * 4 * (header.length + 1));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("two tabs, and responses that never arrive", () => {
  const size = fc.constantFrom(60, 500, 4_000, 4_200, 8_000, 8_300, 12_500, 15_000);
  const step = fc.record({
    tab: fc.constantFrom(0, 1),
    size: fc.option(size, { nil: undefined, freq: 5 }),
    /** Sends its request now; the response comes when this tab's next step begins, or never. */
    arrives: fc.constantFrom(true, true, true, false),
    late: fc.boolean(),
  });

  test("the jar holds one whole token or none, and after the next write nothing else", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const jar = new Jar();
        const written = new Set<string>();
        const late: (string[] | undefined)[] = [undefined, undefined];
        const look = () => {
          const values = read(jar.header);
          // Never a mixture: what is read is to the letter what was written at some time, or no token by its form.
          for (const it of values) expect(written.has(it) || it.startsWith("~")).toBe(true);
        };
        for (const { tab, size: length, arrives, late: isLate } of steps) {
          const before = late[tab];
          late[tab] = undefined;
          if (before) jar.receive(before);
          look();
          const value = length === undefined ? undefined : token(length);
          if (value) written.add(value);
          const lines = write(jar.header, value);
          if (!arrives) continue;
          if (isLate) late[tab] = lines;
          else jar.receive(lines);
          look();
        }
        for (const lines of late) if (lines) jar.receive(lines);
        look();
        // One more write, with nothing beside it: exactly its token is left.
        const last = token(8_300);
        jar.receive(write(jar.header, last));
        expect([jar.cookies.size, read(jar.header)]).toEqual([3, [last]]);
        const short = token(100);
        jar.receive(write(jar.header, short));
        expect([...jar.cookies]).toEqual([[name, short]]);
        jar.receive(write(jar.header, last));
        jar.receive(write(jar.header, undefined));
        expect(jar.cookies.size).toBe(0);
      }),
      { numRuns: 600 },
    );
  });

  test("a browser that drops chunks, any of them, is left with nothing or with all", () => {
    const value = token(15_000);
    const whole = sent(value);
    for (let mask = 0; mask < 16; mask++) {
      const kept = [...whole.cookies].filter((_, index) => mask & (1 << index));
      const values = read(kept.map(([key, it]) => `${key}=${it}`).join("; "));
      if (mask === 15) expect(values).toEqual([value]);
      else expect(values.every((it) => it.startsWith("~"))).toBe(true);
    }
  });
});
