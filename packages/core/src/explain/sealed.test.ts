import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { CookieDeliveryError } from "../errors.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { rejectionOf } from "../testing/failure.ts";
import { explainRequests } from "./explainer.ts";
import type { Explanation } from "./explanation.ts";
import { codesOf } from "./testing/explained.ts";

/** The codes of the last request of a sealed manager, and the manager. */
function explained(options: Parameters<typeof sealedBench>[0] = {}) {
  const it = sealedBench(options);
  const told: Explanation[] = [];
  explainRequests(it.sessions, (explanation) => told.push(explanation));
  return { ...it, told, last: () => codesOf(told.at(-1)) };
}

test.each([
  ["at once", false],
  ["by promises", true],
])(
  "explain mode says what becomes of sealed sessions, over a store that answers %s",
  async (...args) => {
    const [, asynchronous] = args;
    const it = explained({ asynchronous });
    const browser = it.browser();
    await browser.visit((session) => session.get("a"));
    expect(it.last()).toBe("none | read | idle | none no-write");
    await browser.visit((session) => session.set("a", 1));
    expect(it.last()).toBe("none | wrote | start | set new-session");
    await browser.visit((session) => session.get("a"));
    expect(it.last()).toBe("current | read | idle | none current");
    await browser.visit((session) => session.set("a", 2));
    expect(it.last()).toBe("current | wrote | continue | set carried");
    it.wait(61_000);
    await browser.visit((session) => session.get("a"));
    expect(it.last()).toBe("current | read | touch | set carried");
    const before = browser.copy();
    await browser.visit((session) => session.rotate());
    expect(it.last()).toBe("current | rotate | continue | set rotated");
    await browser.visit((session) => session.get("a"));
    await before.visit((session) => session.get("a"));
    expect(it.last()).toBe("grace | read | touch | set carried");
    await browser.visit((session) => session.login("ada"));
    expect(it.last()).toBe("current | login | continue | set login");
    const slow = browser.copy();
    const late = await slow.open();
    const copy = browser.copy();
    await browser.visit((session) => session.destroy());
    expect(it.last()).toBe("current | destroy | end | cleared destroyed");
    late.set("a", 3);
    await slow.commit(late);
    expect(it.last()).toBe("current | wrote | gone | cleared gone");
    await copy.visit((session) => session.get("a"));
    expect(it.last()).toBe("revoked | read | idle | none not-cleared");
  },
);

test("explain mode says why a sealed token was not opened", async () => {
  const it = explained();
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  const old = browser.copy();
  const changed = browser.copy();
  changed.token = `${changed.token?.slice(0, -4)}AAAA`;
  await changed.visit((session) => session.get("a"));
  expect(it.last()).toBe("tampered | read | idle | none not-cleared");
  it.wait(1_800_000);
  await old.visit((session) => session.get("a"));
  expect(it.last()).toBe("expired | read | idle | none not-cleared");
  const other = it.browser();
  const session = await other.open();
  session.set("a", randomBytes(4000).toString("hex"));
  await rejectionOf(CookieDeliveryError, () => other.commit(session));
  expect(it.last()).toBe("none | wrote | failed | none failed-cookie");
});
