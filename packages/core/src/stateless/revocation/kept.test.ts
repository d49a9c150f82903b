import { expect, test } from "vitest";
import { sealed } from "../../sealed/storage.ts";
import { A } from "../../sealed/testing/sealing.ts";
import { createSessions } from "../../session/manager.ts";
import { memoryStore } from "../../store/memory.ts";
import { Browser } from "../../testing/bench.ts";
import { opens } from "../testing/sealed-bench.ts";
import { userMarkId } from "./user-mark.ts";

const COOKIE = "__Host-id";

test("G6 a memoryStore that is full drops visitors, then refuses: it forgets no logout", async () => {
  const store = memoryStore({ maxSessions: 20 });
  const sessions = createSessions({ storage: sealed({ keys: A, revocation: store }) });
  const visitors = createSessions({ storage: store, cookie: { name: "__Host-visitor" } });
  const browser = new Browser(sessions);
  await browser.visit((session) => session.login("ada"));
  const { token } = browser;
  await browser.visit((session) => session.destroy());
  for (let i = 0; i < 40; i++) {
    const visitor = await visitors.open({ headers: {} });
    visitor.set("a", 1);
    await visitors.commit(visitor);
  }
  expect(await opens(sessions, token)).toBe(false);
  const logOut = async () => {
    const another = new Browser(sessions);
    await another.visit((session) => session.set("a", 1));
    await another.visit((session) => session.destroy());
  };
  for (let i = 1; i < 20; i++) await logOut();
  await expect(logOut()).rejects.toThrow(/store failed/);
  expect(await opens(sessions, token)).toBe(false);
});

test("nobody who revokes by id can reach a user's mark", async () => {
  const sessions = createSessions({ storage: sealed({ keys: A, revocation: memoryStore() }) });
  await sessions.revokeUser("ada");
  expect(await sessions.revoke(userMarkId("ada", COOKIE))).toBe(false);
  const browser = new Browser(sessions);
  await browser.visit((session) => session.login("ada"));
  expect((await browser.open()).userId).toBe("ada");
});

test("a store that calls something its store is a store", () => {
  const revocation = Object.assign(memoryStore(), { store: {} });
  expect(() => createSessions({ storage: sealed({ keys: A, revocation }) })).not.toThrow();
});
