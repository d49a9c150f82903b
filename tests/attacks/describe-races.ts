import type { Visitor } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { People } from "./people.ts";
import { told } from "./site.ts";

const LOGINS = 50;
const WRITERS = 8;
const ROUNDS = 10;

/** Planted tokens, and requests that are under way at a login or a logout. */
export function describeRaces(people: People, perUser: number): void {
  test("ASVS 7.2.4, G4 a planted token is worthless in every process as soon as its victim has logged in in one", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = people.newUser();
      const attacker = await people.anonymous();
      const victim = people.site.at(round, attacker);
      await told(victim.get(`/login?user=${user}`));
      expect(await people.usersOf(attacker)).toEqual(people.nobody());
      expect(await people.usersOf(victim)).toEqual(people.everywhere(user));
      const stray = await people.site.at(round + 1, attacker).get("/write?key=planted");
      expect([stray.status, stray.setCookies]).toEqual([200, []]);
      expect((await told(victim.get("/read"))).data).toEqual({ before: 1 });
    }
  });

  test(`ASVS 7.2.4, G4 one browser that logs in ${LOGINS} times at once ends up logged in, and no token of before is good; revokeOthers leaves one of all`, async () => {
    const user = people.newUser();
    const planted = await people.anonymous();
    const login = [planted, `/login?user=${user}`] as const;
    const all = await people.site.together(Array.from({ length: LOGINS }, () => login));
    for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
    const tabs = all.map(({ tab }) => tab);
    // Whichever answer came last.
    for (const tab of tabs) expect(await people.usersOf(tab)).toEqual(people.everywhere(user));
    expect(await people.usersOf(planted)).toEqual(people.nobody());
    const last = tabs.at(-1) as Visitor;
    await told(last.get(`/revoke-others?user=${user}`));
    expect(await people.usersOf(last)).toEqual(people.everywhere(user));
    for (const tab of tabs.slice(0, -1)) expect(await people.usersOf(tab)).toEqual(people.nobody());
    expect(await people.site.countOf(user)).toBe(1);
  });

  test(`G9 of ${LOGINS} browsers that log in at once as one user ${perUser} stay logged in`, async () => {
    const user = people.newUser();
    const all = await people.site.together(
      Array.from(
        { length: LOGINS },
        () => [people.site.visitor(), `/login?user=${user}&limited`] as const,
      ),
    );
    for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
    expect(await people.site.countOf(user)).toBe(perUser);
    const users = await Promise.all(
      all.map(async ({ tab }) => (await told(tab.get("/read?limited"))).userId),
    );
    expect(users.filter((it) => it === user)).toHaveLength(perUser);
  });

  test("ASVS 7.2.4, G4 G7 writes of an anonymous visitor under way at the login are kept, and bring nobody its token", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = people.newUser();
      const planted = await people.anonymous();
      const [login, ...writes] = await people.site.together([
        [planted, `/login?user=${user}`],
        ...Array.from({ length: WRITERS }, (_, at) => [planted, `/write?key=k${at}`] as const),
      ]);
      for (const { answer } of writes) {
        expect([answer.status, answer.setCookies]).toEqual([200, []]);
      }
      const keys = Array.from({ length: WRITERS }, (_, at) => [`k${at}`, 1]);
      expect(await told((login as { tab: Visitor }).tab.get("/read"))).toMatchObject({
        userId: user,
        data: { before: 1, ...Object.fromEntries(keys) },
      });
      for (const copy of [planted, ...writes.map(({ tab }) => tab)]) {
        expect(await people.usersOf(copy)).toEqual(people.nobody());
      }
    }
  });

  test("ASVS 7.4.1, G6 no write or rotation of a user under way at the logout undoes it", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = people.newUser();
      const browser = await people.member(user);
      const paths = ["/write?key=a", "/write?key=b", "/rotate", "/write?key=c"];
      const all = await people.site.together([
        ...[...paths, ...paths].map((path) => [browser, path] as const),
        [browser, "/logout"],
      ]);
      for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
      for (const it of [browser, ...all.map(({ tab }) => tab)]) {
        expect(await people.usersOf(it)).toEqual(people.nobody());
      }
      expect(await people.site.countOf(user)).toBe(0);
    }
  });

  test("ASVS 7.4.1, G6 nor does one that begins at any moment of it, in a process that is busy", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = people.newUser();
      const browser = await people.member(user);
      let isOver = false;
      const write = async (at: number): Promise<void> => {
        const tab = people.site.at(at, browser);
        for (let n = 0; !isOver; n++) await told(tab.get(`/write?key=k${n % 3}`));
      };
      const writers = Array.from({ length: 4 }, (_, at) => write(at));
      await told(people.site.at(round, browser).get("/logout"));
      isOver = true;
      await Promise.all(writers);
      expect(await people.usersOf(browser)).toEqual(people.nobody());
      expect(await people.site.countOf(user)).toBe(0);
    }
  });
}
