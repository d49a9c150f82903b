import { expect, test } from "vitest";
import { bench } from "../testing/bench.ts";

test("ASVS 7.4.3: revokeOthers ends every other session of the user, and every copy of this one", async () => {
  const it = bench();
  const [here, there, eve] = [it.browser(), it.browser(), it.browser()];
  for (const browser of [here, there]) await browser.visit((session) => session.login("ada"));
  await eve.visit((session) => session.login("eve"));
  const stolen = here.copy();
  const session = await here.open();
  session.set("password", "changed");
  expect(await it.sessions.revokeOthers(session)).toBe(1);
  await here.commit(session);
  expect((await there.open()).userId).toBeUndefined();
  expect((await stolen.open()).userId).toBeUndefined();
  expect((await eve.open()).userId).toBe("eve");
  const after = await here.open();
  expect([after.userId, after.get("password"), after.amr]).toEqual(["ada", "changed", []]);
});

test("revokeOthers keeps how the user authenticated, and needs one", async () => {
  const it = bench();
  const browser = it.browser();
  const session = await browser.open();
  await expect(it.sessions.revokeOthers(session)).rejects.toThrow(/nobody is logged in/);
  session.login("ada", { amr: ["pwd"], acr: "1" });
  await browser.commit(session);
  await it.sessions.revokeOthers(session);
  await browser.commit(session);
  const after = await browser.open();
  expect([after.amr, after.acr]).toEqual([["pwd"], "1"]);
  expect(it.eventsOf("elevated")).toEqual([]);
});

test("revokeOthers of somebody who acts for a user ends that user's sessions", async () => {
  const it = bench();
  const [admin, ada] = [it.browser(), it.browser()];
  await ada.visit((session) => session.login("ada"));
  await admin.visit((session) => session.login("admin"));
  await admin.visit((session) => session.actAs("ada"));
  const session = await admin.open();
  expect(await it.sessions.revokeOthers(session)).toBe(1);
  await admin.commit(session);
  expect((await ada.open()).userId).toBeUndefined();
  expect((await admin.open()).actorId).toBe("admin");
  // Whom the session acts for was told when it began.
  expect(it.eventsOf("acting")).toHaveLength(1);
});
