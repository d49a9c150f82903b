import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { generateKey } from "../sealed/key.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { bench } from "../testing/bench.ts";
import { coarseAddress } from "./address.ts";
import { describeDevice } from "./describe.ts";

const KEY = generateKey();
const mark = (address: string) => coarseAddress(address, KEY);

describe("a coarse address", () => {
  test.each([
    ["192.0.2.1", "192.0.2.254"],
    ["192.0.2.1", "::ffff:192.0.2.77"],
    ["2001:db8:7::1", "2001:0DB8:0007:ffff:1:2:3:4"],
    ["2001:db8::1", "2001:db8:0:5::"],
    ["::1", "0:0:0:1::9"],
    ["fe80::1%eth0", "fe80::2"],
    ["64:ff9b::192.0.2.33", "64:ff9b::198.51.100.1"],
    ["1:2::", "1:2:0:ffff::"],
  ])("%s and %s are of one network", (one, other) => {
    expect(mark(one)).toMatch(/^[\w-]{8}$/);
    expect(mark(other)).toBe(mark(one));
  });

  test.each([
    ["192.0.2.1", "192.0.3.1"],
    ["2001:db8:7::1", "2001:db8:8::1"],
    ["1:2:3::", "1:2:30::"],
    ["::1", "127.0.0.1"],
  ])("%s and %s are not", (one, other) => {
    expect(mark(other)).not.toBe(mark(one));
  });

  test("another key gives another mark, and what is no address gives none", () => {
    expect(coarseAddress("192.0.2.1", generateKey())).not.toBe(mark("192.0.2.1"));
    for (const no of ["", "unix:", "192.0.2", "192.0.2.999", "1:2", ":::", "x::1", "1.2.3.4.5"]) {
      expect(mark(no)).toBeUndefined();
    }
    expect(coarseAddress(undefined, KEY)).toBeUndefined();
    expect(() => coarseAddress("192.0.2.1", "secret")).toThrow(SessionConfigError);
  });

  test("the last 80 bits of any IPv6 address do not count, however it is spelled", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((it) => it.toString(16));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.array(group, { minLength: 5, maxLength: 5 }),
        (all, tail) => {
          const other = [...all.slice(0, 3), ...tail].join(":");
          const short = new URL(`http://[${all.join(":")}]`).hostname.slice(1, -1);
          expect(mark(other)).toBe(mark(all.join(":")));
          expect(mark(short)).toBe(mark(all.join(":")));
        },
      ),
    );
  });
});

describe.each([
  ["in a store", bench],
  ["in a sealed cookie", sealedBench],
] as const)("the device of a session, %s", (_, made) => {
  const limits = { perUser: 5 };
  const device = describeDevice({ label: (userAgent) => userAgent.split("/")[0], addressKey: KEY });

  test("is what the client of the login was, and stays it", async () => {
    const it = made({ device, limits });
    const browser = it.browser();
    const login = await it.sessions.open(
      { headers: { "user-agent": "Firefox/1" }, socket: { remoteAddress: "192.0.2.1" } },
      { secure: () => true, address: () => "198.51.100.7" },
    );
    login.login("ada");
    browser.receive(await it.sessions.commit(login));
    const next = await browser.open({ "user-agent": "Chrome/1" });
    next.rotate();
    next.set("a", 1);
    await browser.commit(next);
    const { id } = await browser.open();
    expect(await it.sessions.list("ada", { current: id })).toMatchObject([
      { id, current: true, device: { label: "Firefox", address: mark("198.51.100.1") } },
    ]);
    const again = await browser.open({ "user-agent": "Chrome/1" });
    again.login("ada");
    await browser.commit(again);
    expect(await it.sessions.list("ada")).toMatchObject([
      { id, current: false, device: { label: "Chrome" } },
    ]);
  });

  test("nothing is known of one without the option, and little of a hostile header", async () => {
    const plain = made({ limits });
    await plain.browser().visit((session) => session.login("ada"));
    expect((await plain.sessions.list("ada"))[0]?.device).toBeUndefined();
    const it = made({
      limits,
      device: () => ({ label: `${"x".repeat(199)}\u{1f600}${"y".repeat(9_000)}` }),
    });
    await it.browser().visit((session) => session.login("ada"));
    expect((await it.sessions.list("ada"))[0]?.device?.label).toBe(`${"x".repeat(199)}\ufffd`);
  });
});

test("a parser that throws keeps nobody from logging in", async () => {
  const device = describeDevice({
    label: () => {
      throw new Error("odd");
    },
  });
  const it = bench({ device });
  const session = await it.sessions.open({ headers: { "user-agent": "\u0000" } });
  session.login("ada");
  await it.sessions.commit(session);
  expect((await it.sessions.list("ada"))[0]?.device).toEqual({});
});

test("wrong options do not construct", () => {
  expect(() => describeDevice({ label: "x" as never })).toThrow(/device.label/);
  expect(() => describeDevice({ addressKey: "x" })).toThrow(/device.addressKey/);
  expect(() => describeDevice({ adress: KEY } as never)).toThrow(/adress/);
  expect(() => bench({ device: "x" as never })).toThrow(/device/);
});
