import { describe, expect, test } from "vitest";
import type { SessionRecord } from "../store/contract.ts";
import { type Bench, type Browser, bench, idOf } from "../testing/bench.ts";
import { joinToken, secretOf } from "../token/token.ts";
import { createSessions } from "./manager.ts";

const MINUTE = 60_000;

/** A browser with a session of ada's, and somebody with a copy of its cookie. */
async function loggedIn(it: Bench): Promise<{ browser: Browser; copy: Browser }> {
  const browser = it.browser();
  await browser.visit((session) => session.login("ada"));
  return { browser, copy: browser.copy() };
}

/** So many rotations, each of them told and shown. */
async function rotate(it: Bench, browser: Browser, count: number, apart = 0): Promise<void> {
  for (let n = 0; n < count; n++) {
    it.wait(apart);
    await browser.visit((session) => session.rotate());
    await browser.visit((session) => session.userId);
  }
}

describe("G5 a token that was once the session's own is known as such for ever", () => {
  test.each([
    [1, 5 * MINUTE],
    [5, 5 * MINUTE],
    [6, 5 * MINUTE],
    [12, 5 * MINUTE],
    [40, 0],
    [200, 1],
  ])(
    "G5 after %i rotations, %i ms apart, use of the first token ends the session",
    async (count, apart) => {
      const it = bench();
      const { browser, copy } = await loggedIn(it);
      const id = idOf(copy.token);
      await rotate(it, browser, count, apart);
      it.wait(11_000);
      expect((await copy.open()).userId).toBeUndefined();
      expect(it.eventsOf("reuse-detected")).toEqual([{ id, userId: "ada" }]);
      expect((await browser.open()).userId).toBeUndefined();
    },
  );

  test("G5 it is so for every token of the chain, and of an anonymous session", async () => {
    for (let step = 0; step < 8; step++) {
      const it = bench();
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      await rotate(it, browser, step);
      const copy = browser.copy();
      await rotate(it, browser, 8 - step);
      it.wait(11_000);
      expect((await copy.open()).isNew).toBe(true);
      expect(it.eventsOf("reuse-detected")).toHaveLength(1);
    }
  });

  test("G5 however often it rotates, what the record keeps of it does not grow", async () => {
    const it = bench();
    const { browser } = await loggedIn(it);
    const sizes = [];
    for (let n = 0; n < 20; n++) {
      await rotate(it, browser, 1, MINUTE);
      sizes.push(it.memory.read(idOf(browser.token))?.state.length);
    }
    expect(new Set(sizes).size).toBe(1);
  });

  test("G5 of two logins at once: the token that a rotation puts out has its grace, then it means theft", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    const [one, other] = [await browser.open(), await browser.open()];
    one.login("ann");
    other.login("ann");
    const [first, second] = [browser.copy(), browser.copy()];
    await first.commit(one);
    await second.commit(other);
    it.wait(11_000);
    await first.visit((session) => session.rotate());
    expect((await second.open()).userId).toBe("ann");
    await first.visit((session) => session.userId);
    it.wait(9_999);
    expect((await second.open()).userId).toBe("ann");
    it.wait(1);
    expect((await second.open()).userId).toBeUndefined();
    expect(it.eventsOf("reuse-detected")).toHaveLength(1);
  });

  test.each(["first", "second"] as const)(
    "G5 of two logins at once the %s one's token starts a chain whose every token is known",
    async (which) => {
      const it = bench();
      const browser = it.browser();
      await browser.visit((session) => session.set("a", 1));
      const [one, other] = [await browser.open(), await browser.open()];
      one.login("ann");
      other.login("ann");
      const logins = { first: browser.copy(), second: browser.copy() };
      await logins.first.commit(one);
      await logins.second.commit(other);
      const user = logins[which];
      const copy = user.copy();
      await rotate(it, user, 7, MINUTE);
      it.wait(11_000);
      expect((await user.open()).userId).toBe("ann");
      expect((await copy.open()).userId).toBeUndefined();
      expect(it.eventsOf("reuse-detected")).toHaveLength(1);
    },
  );

  test("G5 a session that was issued, and one after a regenerate, know their tokens too", async () => {
    const it = bench();
    const issued = it.browser();
    issued.token = await it.sessions.issue("ada");
    const regenerated = it.browser();
    await regenerated.visit((session) => session.login("ann"));
    await regenerated.visit((session) => session.regenerate());
    await regenerated.visit((session) => session.set("a", 1));
    for (const browser of [issued, regenerated]) {
      const copy = browser.copy();
      await rotate(it, browser, 7);
      it.wait(11_000);
      expect((await copy.open()).isNew).toBe(true);
      expect((await browser.open()).isNew).toBe(true);
    }
    expect(it.eventsOf("reuse-detected")).toHaveLength(2);
  });
});

describe("G5 nobody who never had a token of the session can end it", () => {
  /** What opens as nobody, and leaves the session as it is. */
  async function expectHarmless(it: Bench, browser: Browser, token: string): Promise<void> {
    const stranger = it.browser();
    stranger.token = token;
    expect((await stranger.open()).isNew).toBe(true);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
    expect((await browser.open()).userId).toBe("ada");
  }

  test("G5 a secret that was made up, or is another session's, is unknown", async () => {
    const it = bench();
    const { browser } = await loggedIn(it);
    const other = (await loggedIn(it)).browser;
    const id = idOf(browser.token);
    await rotate(it, other, 2);
    await expectHarmless(it, browser, `${id}.${"A".repeat(43)}`);
    await expectHarmless(it, browser, `${id}.${other.token?.slice(23)}`);
    expect(it.eventsOf("token-rejected").map(({ reason }) => reason)).toEqual([
      "unknown",
      "unknown",
    ]);
  });

  test("G3 a token of the session with one character changed is unknown", async () => {
    const it = bench();
    const { browser } = await loggedIn(it);
    const token = browser.token as string;
    for (let at = 23; at < token.length; at++) {
      const other = token[at] === "A" ? "Q" : "A";
      await expectHarmless(it, browser, token.slice(0, at) + other + token.slice(at + 1));
    }
  });

  test("G4 a token of before a login is refused for as long as the session lives, and does not end it", async () => {
    const it = bench();
    const visitor = it.browser();
    await visitor.visit((session) => session.set("a", 1));
    const anonymous = visitor.copy();
    await rotate(it, visitor, 2);
    const rotated = visitor.copy();
    await visitor.visit((session) => session.login("ada"));
    const before = visitor.copy();
    await visitor.visit((session) => session.login("ada"));
    for (const wait of [0, 11_000, MINUTE]) {
      it.wait(wait);
      for (const { token } of [anonymous, rotated, before]) {
        await expectHarmless(it, visitor, token as string);
      }
    }
  });

  test("G5 a token of this session means nothing to another manager on the same store", async () => {
    const it = bench();
    const { browser, copy } = await loggedIn(it);
    await rotate(it, browser, 6);
    it.wait(11_000);
    const office = createSessions({
      storage: it.memory as never,
      clock: it.now,
      cookie: { name: "__Host-office" },
    });
    for (const { token } of [browser, copy]) {
      const session = await office.open({ headers: { cookie: `__Host-office=${token}` } });
      expect(session.isNew).toBe(true);
    }
    expect((await browser.open()).userId).toBe("ada");
  });

  test("G6 a marker is ended by nobody: its tokens of before are superseded, then unknown", async () => {
    const it = bench();
    const { browser, copy } = await loggedIn(it);
    await rotate(it, browser, 3);
    it.wait(11_000);
    await browser.visit((session) => session.regenerate());
    expect((await copy.open()).isNew).toBe(true);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
    const marker = it.memory.read(idOf(copy.token)) as SessionRecord;
    // The tag of no key is anybody's.
    const anybodys = it.browser();
    anybodys.token = joinToken(marker.id, secretOf("A".repeat(28), "", "__Host-id"));
    expect((await anybodys.open()).isNew).toBe(true);
    expect(it.eventsOf("reuse-detected")).toEqual([]);
    expect(it.memory.read(marker.id)).toEqual(marker);
  });
});

test("G2 who reads the store gets no token that opens the session", async () => {
  const it = bench();
  const { browser, copy } = await loggedIn(it);
  await rotate(it, browser, 3);
  const state = it.memory.read(idOf(copy.token))?.state as string;
  for (const { token } of [browser, copy]) {
    for (let at = 23; at < 66 - 8; at++) expect(state).not.toContain(token?.slice(at, at + 8));
  }
  // With the key that stands there a tag can be made: that ends the session, and opens nothing.
  const { lineage } = JSON.parse(state) as { lineage: string };
  const reader = it.browser();
  reader.token = joinToken(idOf(copy.token), secretOf("A".repeat(28), lineage, "__Host-id"));
  expect((await reader.open()).userId).toBeUndefined();
  expect(it.eventsOf("reuse-detected")).toHaveLength(1);
});
