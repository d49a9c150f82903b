import { describe, expect, test } from "vitest";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { bench } from "../testing/bench.ts";

const MINUTE = 60_000;

describe.each([
  ["in a store", () => bench({ limits: { perUser: 2 } })],
  ["in a sealed cookie", () => sealedBench({ limits: { perUser: 2 } })],
] as const)("acting for another user, %s", (_, made) => {
  test("G4 the actor stays visible, the data of neither shows, and the token of before is worthless", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => {
      session.login("admin", { amr: ["pwd"] });
      session.set("cart", ["admin's"]);
    });
    const copy = browser.copy();
    const { id: before } = await browser.open();
    await browser.visit((session) => session.actAs("ada"));
    const session = await browser.open();
    expect([session.userId, session.actorId, session.data, session.amr]).toEqual([
      "ada",
      "admin",
      {},
      ["pwd"],
    ]);
    expect(session.id).toBe(before);
    expect((await copy.open()).userId).toBeUndefined();
    expect(it.eventsOf("acting")).toEqual([{ id: session.id, actorId: "admin", userId: "ada" }]);
    expect(it.eventsOf("login")).toHaveLength(1);
  });

  test("it is one of the actor's sessions in lists and limits, and none of the other user's", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    await browser.visit((session) => session.actAs("ada"));
    expect((await it.sessions.list("admin")).map(({ id }) => id)).toEqual([
      (await browser.open()).id,
    ]);
    expect(await it.sessions.list("ada")).toEqual([]);
    await it.sessions.revokeUser("ada");
    expect((await browser.open()).userId).toBe("ada");
    await it.sessions.revokeUser("admin");
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("G8 acting and stopping move neither timeout nor authentication; nobody acted for is fresh", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    const at = it.now();
    it.wait(5 * MINUTE);
    await browser.visit((session) => session.actAs("ada"));
    let session = await browser.open();
    expect([session.authenticatedAt, session.authenticatedWithin("1h")]).toEqual([at, false]);
    for (let n = 0; n < 71; n++) {
      it.wait(10 * MINUTE);
      await browser.visit((now) => (n % 2 ? now.actAs("ada") : now.stopActing()));
    }
    session = await browser.open();
    expect([session.userId, session.authenticatedAt]).toEqual(["admin", at]);
    expect(session.authenticatedWithin("12h")).toBe(true);
    it.wait(5 * MINUTE);
    expect((await browser.open()).userId).toBeUndefined();
  });

  test("G4 whoever logs in over it starts a session of their own", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    await browser.visit((session) => session.actAs("ada"));
    await browser.visit((session) => session.set("secret", 1));
    const copy = browser.copy();
    await browser.visit((session) => session.login("ada"));
    const session = await browser.open();
    expect([session.userId, session.actorId, session.data]).toEqual(["ada", undefined, {}]);
    expect((await copy.open()).userId).toBeUndefined();
    expect(await it.sessions.list("admin")).toEqual([]);
  });

  test("a step-up does not go along", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    await browser.visit((session) => session.elevate("1h"));
    await browser.visit((session) => session.actAs("ada"));
    expect((await browser.open()).elevatedUntil).toBeUndefined();
    await browser.visit((session) => session.stopActing());
    expect((await browser.open()).elevatedUntil).toBeUndefined();
  });

  test("it needs somebody who is logged in, and another user; to stop twice is to stop", async () => {
    const it = made();
    const browser = it.browser();
    const session = await browser.open();
    expect(() => session.actAs("ada")).toThrow(/nobody is logged in/);
    session.stopActing();
    session.login("admin");
    expect(() => session.actAs("admin")).toThrow(/who is logged in/);
    expect(() => session.actAs("")).toThrow(/userId/);
    await browser.commit(session);
    expect((await browser.open()).userId).toBe("admin");
    expect(it.eventsOf("acting")).toEqual([]);
    expect(it.eventsOf("login")).toHaveLength(1);
  });

  test("a request of before that commits late leaves nothing in the other user's data, nor the other way round", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    const slow = browser.copy();
    const before = await slow.open();
    await browser.visit((session) => session.actAs("ada"));
    before.set("note", "admin's");
    before.flash("notice", "for the admin");
    await slow.commit(before);
    expect(slow.setCookies).toEqual([]);
    expect((await browser.open()).data).toEqual({});
    expect((await browser.open()).get("notice")).toBeUndefined();
    const acting = browser.copy();
    const during = await acting.open();
    await browser.visit((session) => {
      session.set("before", 1);
      session.stopActing();
      session.set("after", 1);
    });
    during.set("note", "ada's");
    await acting.commit(during);
    expect((await browser.open()).data).toEqual({ after: 1 });
    expect(it.eventsOf("commit-lost").length).toBeGreaterThan(0);
  });

  test("G6 acting from a session that was revoked meanwhile starts nothing", async () => {
    const it = made();
    const browser = it.browser();
    await browser.visit((session) => session.login("admin"));
    const session = await browser.open();
    await it.sessions.revokeUser("admin");
    session.actAs("ada");
    await browser.commit(session);
    expect((await browser.open()).userId).toBeUndefined();
    expect(it.eventsOf("acting")).toEqual([]);
  });
});

test("G4 a login that was under way takes nothing of somebody acted for with it", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.set("a", 1));
  const slow = browser.copy();
  const login = await slow.open();
  await browser.visit((session) => session.login("admin"));
  await browser.visit((session) => session.actAs("ada"));
  await browser.visit((session) => session.set("secret", "ada's"));
  login.login("admin");
  await slow.commit(login);
  const session = await slow.open();
  expect([session.userId, session.actorId, session.get("secret")]).toEqual([
    "admin",
    undefined,
    undefined,
  ]);
  const acting = await browser.open();
  expect([acting.userId, acting.actorId, acting.get("secret")]).toEqual(["ada", "admin", "ada's"]);
});

test("what another request of the actor's leaves by flash meanwhile does not show with the other user", async () => {
  const { browser } = bench();
  const admin = browser();
  await admin.visit((session) => session.login("admin"));
  const acting = await admin.open();
  await admin.visit((session) => session.flash("notice", "the admin's"));
  acting.actAs("ada");
  await admin.commit(acting);
  const session = await admin.open();
  expect([session.userId, session.get("notice")]).toEqual(["ada", undefined]);
});
