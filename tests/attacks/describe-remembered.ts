import { expect, test } from "vitest";
import type { People } from "./people.ts";
import { told } from "./site.ts";

const PAGES = 8;
const ROUNDS = 10;
const GRACE = 10_000;
const DAY = 86_400_000;

/** Remember-me tokens that somebody has copied, and that come when they should not. */
export function describeRemembered(people: People): void {
  test("G5 pages that a browser opens at once with its remember-me token get one session, in whichever process", async () => {
    const user = people.newUser();
    const browser = await people.member(user, "&remember");
    await people.site.advance(DAY);
    browser.jar.close();
    const pages = Array.from({ length: PAGES }, (_, at) => people.site.at(at, browser));
    const answers = await Promise.all(pages.map((page) => told(page.get("/read"))));
    expect(new Set(answers.map(({ userId }) => userId))).toEqual(new Set([user]));
    expect(new Set(pages.map(({ token }) => token)).size).toBe(1);
    expect(await people.site.countOf(user)).toBe(1);
    await people.site.advance(2 * GRACE);
    for (const page of pages) expect(await people.usersOf(page)).toEqual(people.everywhere(user));
  });

  test("G5 a remember-me token that was exchanged ends itself and the session when it comes again", async () => {
    const user = people.newUser();
    for (const thiefFirst of [false, true]) {
      const [first, second] = await people.remembered(user);
      const [one, other] = thiefFirst ? [second, first] : [first, second];
      for (const at of [0, 1]) {
        await people.site.advance(GRACE);
        expect(await people.comeBack(one, at)).toBe(user);
      }
      await people.site.advance(GRACE);
      expect(await people.comeBack(other, 1)).toBeNull();
      expect(await people.usersOf(one)).toEqual(people.nobody());
      expect(await people.comeBack(one, 0)).toBeNull();
      expect(await people.site.countOf(user)).toBe(0);
    }
  });

  test("G5 an owner and a thief who come with it at the same moment, in two processes, do not share it", async () => {
    const user = people.newUser();
    for (let round = 0; round < ROUNDS; round++) {
      const [owner, thief] = await people.remembered(user);
      await people.site.advance(DAY);
      const users = await Promise.all([people.comeBack(owner, 0), people.comeBack(thief, 1)]);
      expect(users).toEqual([user, user]);
      // Each goes on with what it was given: before long one of them comes with what the other has exchanged.
      for (let turn = 0; turn < 3; turn++) {
        for (const it of [owner, thief]) {
          await people.site.advance(GRACE + 1);
          await people.comeBack(it, turn);
        }
      }
      for (const it of [owner, thief]) expect(await people.comeBack(it, 0)).toBeNull();
      expect(await people.site.countOf(user)).toBe(0);
    }
  });

  test("ASVS 7.4.1, 7.4.2, G6 after a logout or revokeUser no remember-me token brings anybody back", async () => {
    for (const end of ["logout", "revoke"] as const) {
      const user = people.newUser();
      const [browser, copy] = await people.remembered(user);
      await people.site.advance(GRACE);
      expect(await people.comeBack(browser, 1)).toBe(user);
      const later = people.site.at(0, browser);
      if (end === "logout") await told(people.site.at(1, browser).get("/logout"));
      else await people.site.revoke(user);
      for (const it of [browser, copy, later]) {
        for (const at of [0, 1]) expect(await people.comeBack(it, at)).toBeNull();
      }
      expect(await people.site.countOf(user)).toBe(0);
    }
  });

  test("ASVS 7.4.1, G6 nor where a browser comes back at the very moment of it", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = people.newUser();
      const [browser, copy] = await people.remembered(user);
      await people.site.advance(DAY);
      await Promise.all([
        people.comeBack(browser, round),
        round % 2 ? people.site.revoke(user) : told(people.site.at(round + 1, copy).get("/logout")),
      ]);
      await people.site.advance(GRACE);
      for (const it of [browser, copy]) expect(await people.comeBack(it, 0)).toBeNull();
      expect(await people.usersOf(browser)).toEqual(people.nobody());
      expect(await people.site.countOf(user)).toBe(0);
    }
  });
}
