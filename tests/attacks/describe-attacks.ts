import { randomUUID } from "node:crypto";
import type { Visitor } from "@coatcheck/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "./server.worker.ts";
import { Site, told } from "./site.ts";

const LOGINS = 50;
const PER_USER = 5;
const WRITERS = 8;
const ROUNDS = 10;
const GRACE = 10_000;
const DAY = 86_400_000;

/** Where the sessions of one suite are, and its remember-me tokens. */
export interface Places extends Omit<Job, "perUser"> {
  remove(): Promise<unknown>;
}

/** Attacks and races over HTTP on two processes that share a store. */
export function describeAttacks(openPlaces: () => Promise<Places>): void {
  let site: Site;
  let places: Places | undefined;
  beforeAll(async () => {
    places = await openPlaces();
    const { remove: _, ...job } = places;
    site = await Site.start({ ...job, perUser: PER_USER });
  });
  afterAll(async () => {
    site?.stop();
    await places?.remove();
  });

  /** Nobody else's name. */
  const newUser = (): string => `u-${randomUUID()}`;

  async function member(user: string, query = ""): Promise<Visitor> {
    const visitor = site.visitor();
    await told(visitor.get(`/login?user=${user}${query}`));
    return visitor;
  }

  async function anonymous(): Promise<Visitor> {
    const visitor = site.visitor();
    await told(visitor.get("/write?key=before"));
    return visitor;
  }

  /** Who is logged in there, for a copy of the cookies, in each process. */
  async function usersOf(visitor: Visitor): Promise<(string | null)[]> {
    const copies = site.ports.map((_, at) => site.at(at, visitor));
    return Promise.all(copies.map(async (copy) => (await told(copy.get("/read"))).userId));
  }

  const nobody = () => site.ports.map(() => null);
  const everywhere = (user: string) => site.ports.map(() => user);

  /** The browser is closed and opened again at a page of that process. */
  async function comeBack(visitor: Visitor, at: number): Promise<string | null> {
    visitor.jar.close();
    const page = site.at(at, visitor);
    const { userId } = await told(page.get("/read"));
    visitor.jar.copy(page.jar);
    return userId;
  }

  test("ASVS 7.2.4, G4 a planted token is worthless in every process as soon as its victim has logged in in one", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newUser();
      const attacker = await anonymous();
      const victim = site.at(round, attacker);
      await told(victim.get(`/login?user=${user}`));
      expect(await usersOf(attacker)).toEqual(nobody());
      expect(await usersOf(victim)).toEqual(everywhere(user));
      const stray = await site.at(round + 1, attacker).get("/write?key=planted");
      expect([stray.status, stray.setCookies]).toEqual([200, []]);
      expect((await told(victim.get("/read"))).data).toEqual({ before: 1 });
    }
  });

  test(`ASVS 7.2.4, G4 one browser that logs in ${LOGINS} times at once ends up logged in, and no token of before is good; revokeOthers leaves one of all`, async () => {
    const user = newUser();
    const planted = await anonymous();
    const login = [planted, `/login?user=${user}`] as const;
    const all = await site.together(Array.from({ length: LOGINS }, () => login));
    for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
    const tabs = all.map(({ tab }) => tab);
    // Whichever answer came last.
    for (const tab of tabs) expect(await usersOf(tab)).toEqual(everywhere(user));
    expect(await usersOf(planted)).toEqual(nobody());
    const last = tabs.at(-1) as Visitor;
    await told(last.get(`/revoke-others?user=${user}`));
    expect(await usersOf(last)).toEqual(everywhere(user));
    for (const tab of tabs.slice(0, -1)) expect(await usersOf(tab)).toEqual(nobody());
    expect(await site.countOf(user)).toBe(1);
  });

  test(`G9 of ${LOGINS} browsers that log in at once as one user ${PER_USER} stay logged in`, async () => {
    const user = newUser();
    const all = await site.together(
      Array.from(
        { length: LOGINS },
        () => [site.visitor(), `/login?user=${user}&limited`] as const,
      ),
    );
    for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
    expect(await site.countOf(user)).toBe(PER_USER);
    const users = await Promise.all(
      all.map(async ({ tab }) => (await told(tab.get("/read?limited"))).userId),
    );
    expect(users.filter((it) => it === user)).toHaveLength(PER_USER);
  });

  test("ASVS 7.2.4, G4 G7 writes of an anonymous visitor under way at the login are kept, and bring nobody its token", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newUser();
      const planted = await anonymous();
      const [login, ...writes] = await site.together([
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
        expect(await usersOf(copy)).toEqual(nobody());
      }
    }
  });

  test("ASVS 7.4.1, G6 no write or rotation of a user under way at the logout undoes it", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newUser();
      const browser = await member(user);
      const paths = ["/write?key=a", "/write?key=b", "/rotate", "/write?key=c"];
      const all = await site.together([
        ...[...paths, ...paths].map((path) => [browser, path] as const),
        [browser, "/logout"],
      ]);
      for (const { answer } of all) expect(answer.status, answer.body).toBe(200);
      for (const it of [browser, ...all.map(({ tab }) => tab)]) {
        expect(await usersOf(it)).toEqual(nobody());
      }
      expect(await site.countOf(user)).toBe(0);
    }
  });

  test("ASVS 7.4.1, G6 nor does one that begins at any moment of it, in a process that is busy", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newUser();
      const browser = await member(user);
      let isOver = false;
      const write = async (at: number): Promise<void> => {
        const tab = site.at(at, browser);
        for (let n = 0; !isOver; n++) await told(tab.get(`/write?key=k${n % 3}`));
      };
      const writers = Array.from({ length: 4 }, (_, at) => write(at));
      await told(site.at(round, browser).get("/logout"));
      isOver = true;
      await Promise.all(writers);
      expect(await usersOf(browser)).toEqual(nobody());
      expect(await site.countOf(user)).toBe(0);
    }
  });

  describeTheft();
  describeRemembered();

  function describeTheft(): void {
    const rotate = async (visitor: Visitor, at: number): Promise<void> => {
      const there = site.at(at, visitor);
      await told(there.get("/rotate"));
      visitor.jar.copy(there.jar);
      // Presented in another process than the one that made it.
      await told(site.at(at + 1, visitor).get("/read"));
    };

    const robbed = async () => {
      const owner = await member(newUser());
      return { owner, thief: site.at(1, owner) };
    };

    test("G5 a stolen token that the owner had rotated away in one process ends the session in all", async () => {
      const { owner, thief } = await robbed();
      await rotate(owner, 0);
      await site.advance(GRACE);
      expect(await usersOf(thief)).toEqual(nobody());
      expect(await usersOf(owner)).toEqual(nobody());
    });

    test("G5 a thief who rotates first is put out by the owner's next request, as the owner is", async () => {
      const { owner, thief } = await robbed();
      await rotate(thief, 1);
      await site.advance(GRACE);
      expect(await usersOf(owner)).toEqual(nobody());
      expect(await usersOf(thief)).toEqual(nobody());
    });

    test("G5 a patient thief is noticed after many rotations", async () => {
      const { owner, thief } = await robbed();
      for (let time = 0; time < 20; time++) {
        await rotate(owner, time);
        await site.advance(GRACE);
      }
      expect((await usersOf(owner)).every((user) => user !== null)).toBe(true);
      expect(await usersOf(thief)).toEqual(nobody());
      expect(await usersOf(owner)).toEqual(nobody());
    });
  }

  function describeRemembered(): void {
    test("G5 pages that a browser opens at once with its remember-me token get one session, in whichever process", async () => {
      const user = newUser();
      const browser = await member(user, "&remember");
      await site.advance(DAY);
      browser.jar.close();
      const pages = Array.from({ length: WRITERS }, (_, at) => site.at(at, browser));
      const answers = await Promise.all(pages.map((page) => told(page.get("/read"))));
      expect(new Set(answers.map(({ userId }) => userId))).toEqual(new Set([user]));
      expect(new Set(pages.map(({ token }) => token)).size).toBe(1);
      expect(await site.countOf(user)).toBe(1);
      await site.advance(2 * GRACE);
      for (const page of pages) expect(await usersOf(page)).toEqual(everywhere(user));
    });

    test("G5 a remember-me token that was exchanged ends itself and the session when it comes again", async () => {
      const user = newUser();
      for (const thiefFirst of [false, true]) {
        const [first, second] = await two(user);
        const [one, other] = thiefFirst ? [second, first] : [first, second];
        for (const at of [0, 1]) {
          await site.advance(GRACE);
          expect(await comeBack(one, at)).toBe(user);
        }
        await site.advance(GRACE);
        expect(await comeBack(other, 1)).toBeNull();
        expect(await usersOf(one)).toEqual(nobody());
        expect(await comeBack(one, 0)).toBeNull();
        expect(await site.countOf(user)).toBe(0);
      }
    });

    test("G5 an owner and a thief who come with it at the same moment, in two processes, do not share it", async () => {
      const user = newUser();
      for (let round = 0; round < ROUNDS; round++) {
        const [owner, thief] = await two(user);
        await site.advance(DAY);
        const users = await Promise.all([comeBack(owner, 0), comeBack(thief, 1)]);
        expect(users).toEqual([user, user]);
        // Each goes on with what it was given: before long one of them comes with what the other has exchanged.
        for (let turn = 0; turn < 3; turn++) {
          for (const it of [owner, thief]) {
            await site.advance(GRACE + 1);
            await comeBack(it, turn);
          }
        }
        for (const it of [owner, thief]) expect(await comeBack(it, 0)).toBeNull();
        expect(await site.countOf(user)).toBe(0);
      }
    });

    test("ASVS 7.4.1, 7.4.2, G6 after a logout or revokeUser no remember-me token brings anybody back", async () => {
      for (const end of ["logout", "revoke"] as const) {
        const user = newUser();
        const [browser, copy] = await two(user);
        await site.advance(GRACE);
        expect(await comeBack(browser, 1)).toBe(user);
        const later = site.at(0, browser);
        if (end === "logout") await told(site.at(1, browser).get("/logout"));
        else await site.revoke(user);
        for (const it of [browser, copy, later]) {
          for (const at of [0, 1]) expect(await comeBack(it, at)).toBeNull();
        }
        expect(await site.countOf(user)).toBe(0);
      }
    });

    test("ASVS 7.4.1, G6 nor where a browser comes back at the very moment of it", async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const user = newUser();
        const [browser, copy] = await two(user);
        await site.advance(DAY);
        await Promise.all([
          comeBack(browser, round),
          round % 2 ? site.revoke(user) : told(site.at(round + 1, copy).get("/logout")),
        ]);
        await site.advance(GRACE);
        for (const it of [browser, copy]) expect(await comeBack(it, 0)).toBeNull();
        expect(await usersOf(browser)).toEqual(nobody());
        expect(await site.countOf(user)).toBe(0);
      }
    });

    /** A browser that is remembered, and a copy of it. */
    async function two(user: string): Promise<[Visitor, Visitor]> {
      const browser = await member(user, "&remember");
      return [browser, site.at(1, browser)];
    }
  }
}
