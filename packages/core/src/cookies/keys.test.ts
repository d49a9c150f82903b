import { describe, expect, test } from "vitest";
import type { KeyOptions } from "../sealed/key-ring.ts";
import { A, B, C } from "../sealed/testing/sealing.ts";
import { defineCookie } from "./definition.ts";
import { type CookieBench, cookieBench, setCookies } from "./testing/jars.ts";

describe.each([
  ["signed", { sign: true }],
  ["sealed", { seal: true }],
] as const)("the keys of a %s cookie", (_, protection) => {
  const lasting = defineCookie("lasting", { ...protection, maxAge: "1h" });
  const short = defineCookie("short", protection);
  const bench = (keys: string | KeyOptions) => cookieBench([lasting, short], { keys });
  type Bench = CookieBench<typeof lasting | typeof short>;
  /** The same browser at another deployment. */
  const move = (from: Bench, to: Bench): Bench => {
    for (const [name, value] of from.held) to.held.set(name, value);
    return to;
  };
  const written = (keys: string | KeyOptions): Bench => {
    const it = bench(keys);
    it.visit((jar) => {
      jar.set(lasting, "one");
      jar.set(short, "two");
    });
    return it;
  };

  test("what the next deployment writes is read, and left as it is", () => {
    const now = move(written({ current: B, older: A }), bench({ current: A, next: B }));
    const jar = now.open();
    expect([jar.get(lasting), jar.get(short)]).toEqual(["one", "two"]);
    expect(setCookies(jar)).toEqual([]);
    expect(now.events).toMatchObject([
      ["cookie-key", { name: "lasting", state: "next" }],
      ["cookie-key", { name: "short", state: "next" }],
    ]);
  });

  test("what came under an older key is written anew, and only when it is read", () => {
    const now = move(written(A), bench({ current: B, older: A }));
    expect(setCookies(now.open())).toEqual([]);
    now.wait(1_800_000);
    now.visit((jar) => {
      expect([jar.get(lasting), jar.get(short)]).toEqual(["one", "two"]);
      // It lasts no longer than it did.
      expect(setCookies(jar)[0]).toContain("; Max-Age=1800; ");
      expect(setCookies(jar)[1]).not.toContain("Max-Age");
    });
    expect(now.events).toMatchObject([
      ["cookie-key", { name: "lasting", state: "older" }],
      ["cookie-key", { name: "short", state: "older" }],
    ]);
    const later = move(now, bench(B));
    later.wait(3_599_999);
    expect([later.open().get(lasting), later.open().get(short)]).toEqual(["one", "two"]);
    later.wait(1);
    expect(later.open().get(lasting)).toBeUndefined();
  });

  test("a handler's own write goes before the one anew", () => {
    const now = move(written(A), bench({ current: B, older: A }));
    const jar = now.open();
    jar.get(short);
    jar.set(short, "three");
    expect(setCookies(jar)).toHaveLength(1);
    now.receive(jar);
    expect(now.open().get(short)).toBe("three");
  });

  test("nothing is written anew after the response has begun", () => {
    const now = move(written(A), bench({ current: B, older: A }));
    const headers = { cookie: `short=${now.held.get("short")}` };
    const jar = now.cookies.open({ headers }, {}, { headersLeft: true });
    expect(jar.get(short)).toBe("two");
    expect(setCookies(jar)).toEqual([]);
  });

  test("under a key that is not on the ring it is absent", () => {
    const now = move(written(A), bench({ current: B, older: C }));
    expect(now.open().get(short)).toBeUndefined();
    expect(now.events).toEqual([
      ["cookie-rejected", { name: "short", reason: "unknown-key", keyId: undefined }],
    ]);
  });

  test("a rolling deployment of a new key loses nothing at any step", () => {
    const steps: [KeyOptions, KeyOptions][] = [
      [{ current: A }, { current: A, next: B }],
      [
        { current: A, next: B },
        { current: B, older: A },
      ],
      [{ current: B, older: A }, { current: B }],
    ];
    let browser = written(A);
    for (const [before, after] of steps) {
      // Requests go to old and new machines in turn.
      for (const keys of [before, after, before, after]) {
        browser = move(browser, bench(keys));
        browser.visit((jar) => expect(jar.get(short)).toBe("two"));
      }
    }
  });
});

test("a seal that fits no more under today's options stays as it is", () => {
  const roomy = defineCookie("v", { seal: true });
  const padded = defineCookie("v", { seal: { padTo: 3_000 } });
  const before = cookieBench([roomy], { keys: A });
  before.visit((jar) => jar.set(roomy, "x".repeat(3_010)));
  const now = cookieBench([padded], { keys: { current: B, older: A } });
  const jar = now.open({ cookie: `v=${before.held.get("v")}` });
  expect(jar.get(padded)).toHaveLength(3_010);
  expect(setCookies(jar)).toEqual([]);
});
