import { describe, expect, test } from "vitest";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { bench, idOf } from "../testing/bench.ts";

const MINUTE = 60_000;
const kinds = [
  ["in a store", () => bench()],
  ["in a store on the network", () => bench({ asynchronous: true })],
] as const;

describe.each(kinds)("step-up, %s", (_, made) => {
  test("G4 elevate gives a new token at once, and the one from before is worthless", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { amr: ["pwd"], acr: "1" }));
    const copy = browser.copy();
    await browser.visit((session) => session.elevate("10m", { amr: ["otp"], acr: "2" }));
    expect(browser.token).not.toBe(copy.token);
    expect(idOf(browser.token)).toBe(idOf(copy.token));
    expect((await copy.open()).userId).toBeUndefined();
    const session = await browser.open();
    expect([session.userId, session.amr, session.acr, session.elevatedUntil]).toEqual([
      "ada",
      ["pwd", "otp"],
      "2",
      it.now() + 10 * MINUTE,
    ]);
    expect(it.eventsOf("elevated")).toEqual([
      { id: idOf(browser.token), until: it.now() + 10 * MINUTE },
    ]);
  });

  test("it is over to the millisecond, and the login's own methods hold again", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { amr: ["pwd"] }));
    await browser.visit((session) => session.elevate("10m", { amr: ["pwd", "hwk"], acr: "2" }));
    it.wait(10 * MINUTE - 1);
    expect((await browser.open()).amr).toEqual(["pwd", "hwk"]);
    it.wait(1);
    const session = await browser.open();
    expect([session.amr, session.acr, session.elevatedUntil]).toEqual([
      ["pwd"],
      undefined,
      undefined,
    ]);
    expect(session.userId).toBe("ada");
  });

  test("G8 it moves neither the absolute timeout nor the moment of authentication", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const at = it.now();
    for (let n = 0; n < 60; n++) {
      it.wait(11 * MINUTE);
      await browser.visit((session) => session.elevate("1h"));
      expect((await browser.open()).authenticatedAt).toBe(at);
    }
    it.wait(12 * 60 * MINUTE - 60 * 11 * MINUTE);
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("a rotation, a touch and a write keep it; a login and another account end it", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    await browser.visit((session) => session.elevate("1h"));
    await browser.visit((session) => session.rotate());
    it.wait(2 * MINUTE);
    await browser.visit((session) => session.set("a", 1));
    await browser.visit((session) => session.touch());
    expect((await browser.open()).elevatedUntil).toBeGreaterThan(it.now());
    await browser.visit((session) => session.login("ada"));
    expect((await browser.open()).elevatedUntil).toBeUndefined();
    await browser.visit((session) => session.elevate("1h"));
    await browser.visit((session) => session.login("bob"));
    expect((await browser.open()).elevatedUntil).toBeUndefined();
  });

  test("it shows in the very request, and login then elevate in one is one commit", async () => {
    const it = made();
    const browser = it.browser();
    const session = await browser.open();
    session.login("ada", { amr: ["pwd"] });
    session.elevate("5m", { amr: ["otp"] });
    expect([session.amr, session.elevatedUntil]).toEqual([["pwd", "otp"], it.now() + 5 * MINUTE]);
    await browser.commit(session);
    expect((await browser.open()).amr).toEqual(["pwd", "otp"]);
    const again = await browser.open();
    again.elevate("5m");
    again.login("ada");
    expect(again.elevatedUntil).toBeUndefined();
  });

  test("G4 a step-up whose request a login has overtaken is lost, and says so", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const slow = browser.copy();
    const late = await slow.open();
    await browser.visit((session) => session.login("ada"));
    late.elevate("1h");
    expect((await slow.commit(late)).filter(([name]) => name === "set-cookie")).toEqual([]);
    expect((await browser.open()).elevatedUntil).toBeUndefined();
    expect(it.eventsOf("commit-lost")).toEqual([{ id: idOf(browser.token), reason: "superseded" }]);
    expect(it.eventsOf("elevated")).toEqual([]);
  });

  test("G4 with a write beside it the write lands and the step-up does not", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const slow = browser.copy();
    const late = await slow.open();
    await browser.visit((session) => session.login("ada"));
    late.set("a", 1);
    late.elevate("1h");
    await slow.commit(late);
    const session = await browser.open();
    expect([session.get("a"), session.elevatedUntil]).toEqual([1, undefined]);
    expect(it.eventsOf("commit-lost")).toHaveLength(1);
  });

  test("G6 a step-up does not revive a session that has ended", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const session = await browser.open();
    const { id } = session;
    await it.sessions.revoke(id);
    session.elevate("1h");
    await browser.commit(session);
    expect(browser.token).toBeUndefined();
    expect(it.eventsOf("commit-lost")).toEqual([{ id, reason: "gone" }]);
  });
});

test("elevate needs somebody who is logged in, a duration with a unit, and texts", async () => {
  const it = bench();
  const session = await it.browser().open();
  expect(() => session.elevate("10m")).toThrow(/nobody is logged in/);
  session.login("ada");
  expect(() => session.elevate(10 as never)).toThrow(/duration/);
  expect(() => session.elevate("10m", { amr: [7] as never })).toThrow(TypeError);
  expect(() => session.login("ada", { acr: 7 as never })).toThrow(TypeError);
  expect(() => session.login("ada", { amr: "pwd" as never })).toThrow(TypeError);
});

test("G10 a step-up in a request that is served as nobody fails, and loses nothing", async () => {
  const it = bench({ onStoreError: "anonymous" });
  const browser = it.browser();
  await browser.visit((session) => session.login("ada"));
  it.before("read", () => {
    throw new Error("down");
  });
  const session = await browser.open();
  expect(session.userId).toBeUndefined();
  expect(() => session.elevate("10m")).toThrow(/nobody/);
});

describe("in a sealed cookie", () => {
  test("G4 elevate ends the tokens of before, and is over in time", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { amr: ["pwd"], acr: "1" }));
    const copy = browser.copy();
    await browser.visit((session) => session.elevate("10m", { amr: ["otp"] }));
    expect((await copy.open()).userId).toBeUndefined();
    const session = await browser.open();
    expect([session.amr, session.acr, session.elevatedUntil]).toEqual([
      ["pwd", "otp"],
      "1",
      it.now() + 10 * MINUTE,
    ]);
    it.wait(10 * MINUTE);
    expect((await browser.open()).amr).toEqual(["pwd"]);
  });

  test("G6 a step-up after a revocation is lost", async () => {
    const it = sealedBench();
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const session = await browser.open();
    await it.sessions.revokeUser("ada");
    session.elevate("1h");
    await browser.commit(session);
    expect((await browser.open()).userId).toBeUndefined();
    expect(it.eventsOf("elevated")).toEqual([]);
  });
});

test("G4 a token of before a step-up cannot step up, in whichever order two of them commit", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ada"));
  const [one, two] = [await browser.open(), await browser.open()];
  one.elevate("1h", { amr: ["one"] });
  two.elevate("1h", { amr: ["two"] });
  await browser.commit(one);
  expect(await it.sessions.commit(two)).not.toContainEqual(["set-cookie", expect.anything()]);
  const session = await browser.open();
  expect(session.amr).toEqual(["one"]);
});
