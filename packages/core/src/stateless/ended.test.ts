import { describe, expect, test } from "vitest";
import { opens, type SealedBench, sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;
const LIMITED = { limits: { perUser: 3 } } as const;

describe("G6 what ended stays ended", () => {
  const MEANWHILE: [string, (it: SealedBench) => unknown][] = [
    ["its user is revoked", (it) => it.sessions.revokeUser("ada")],
    // As the store does it for a login elsewhere, which says that it has ended a moment later.
    ["it is evicted", (it) => it.memory.destroyByUser("ada")],
  ];

  test.each(MEANWHILE)(
    "G6 a rotated token that is presented while %s does not write the login down again",
    async (_, end) => {
      const it = sealedBench({ ...LIMITED, asynchronous: true });
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      await browser.visit((session) => session.rotate());
      it.around("update", "before", () => end(it));
      expect((await browser.open()).isNew).toBe(true);
      expect((await browser.open()).isNew).toBe(true);
      expect(await it.sessions.list("ada")).toEqual([]);
    },
  );

  test.each(MEANWHILE)(
    "G6 a login over a login while %s begins a session of its own",
    async (_, end) => {
      const it = sealedBench({ ...LIMITED, asynchronous: true });
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const before = await browser.open();
      it.around("update", "before", () => end(it));
      const again = await browser.open();
      again.login("ada");
      await browser.commit(again);
      const after = await browser.open();
      expect([after.userId, after.isNew]).toEqual(["ada", false]);
      expect(after.id).not.toBe(before.id);
    },
  );

  test("G6 revokeUser ends logins that were written down by a manager that still had a limit", async () => {
    const it = sealedBench(LIMITED);
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const unlimited = it.process({ limits: undefined as never });
    expect(await opens(unlimited, browser.token)).toBe(true);
    await unlimited.revokeUser("ada");
    expect(await opens(unlimited, browser.token)).toBe(false);
    expect(await opens(it.sessions, browser.token)).toBe(false);
  });

  test("G6 a login that ends in its own request, once it was saved, is neither in the list nor alive", async () => {
    const it = sealedBench(LIMITED);
    const browser = it.browser();
    const session = await browser.open();
    session.login("ada");
    await browser.commit(session);
    const copy = browser.copy();
    session.destroy();
    await browser.commit(session);
    expect(browser.token).toBeUndefined();
    expect((await copy.open()).isNew).toBe(true);
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("G6 what a manager with a shorter idle timeout ends stays ended for as long as its token lives", async () => {
    const it = sealedBench({ timeouts: { idle: "2h" } });
    const short = it.process({ timeouts: { idle: "10m" } });
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const stolen = browser.copy();
    const elsewhere = it.browser(short);
    elsewhere.token = browser.token;
    await elsewhere.visit((session) => session.destroy());
    it.wait(60 * MINUTE);
    expect((await stolen.open()).isNew).toBe(true);
  });
});

test("a store that keeps nothing holds no request up", async () => {
  const it = sealedBench({ asynchronous: true });
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  const { id } = await browser.open();
  await browser.visit((session) => session.rotate());
  it.around("create", "after", () => it.memory.destroy(id));
  expect((await browser.open()).get("a")).toBe(1);
});
