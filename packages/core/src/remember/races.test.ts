import { describe, expect, test } from "vitest";
import { type Jar, type RememberBench, rememberBench } from "./testing/remember-bench.ts";
import { everySchedule, type Scheduler } from "./testing/schedules.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface World {
  readonly it: RememberBench;
  readonly browser: Jar;
  /** What each of the two operations left its client with. */
  readonly jars: Jar[];
  readonly id: string;
}

type Operation = (world: World, jar: Jar) => Promise<unknown>;

const resume: Operation = (_, jar) =>
  jar.visit((session) => session.update("n", (n = 0) => Number(n) + 1));

const read: Operation = (_, jar) => jar.user();

const ends: Record<string, Operation> = {
  revoke: ({ it, id }) => it.sessions.revoke(id),
  revokeUser: ({ it }) => it.sessions.revokeUser("ada"),
  "another login past the limit": ({ it }) => it.browser().visit((session) => session.login("ada")),
};

const logins: Record<string, Operation> = {
  "a login that is remembered": (_, jar) =>
    jar.visit((session) => session.login("ada", { remember: true })),
  "a login that is not": (_, jar) => jar.visit((session) => session.login("ada")),
};

const states = {
  "the session lives": (_: RememberBench, browser: Jar) => browser.close(),
  "the session is over": (it: RememberBench, _: Jar) => it.wait(DAY),
};

async function race(
  state: keyof typeof states,
  operations: readonly [Operation, Operation],
  check: (world: World, schedule: string) => Promise<void>,
  /** Both of one browser, which keeps what it got last. */
  shared = false,
): Promise<number> {
  return everySchedule(async (scheduler: Scheduler) => {
    const it = rememberBench({ limits: { perUser: 1 }, turn: () => scheduler.turn() });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada", { remember: true }));
    const { id } = await browser.open();
    it.wait(MINUTE);
    states[state](it, browser);
    const jar = browser.copy();
    const jars = [jar, shared ? jar : browser.copy()];
    const world = { it, browser, jars, id };
    const [one, two] = operations;
    return {
      world,
      operations: [() => one(world, jars[0] as Jar), () => two(world, jars[1] as Jar)],
    };
  }, check);
}

describe.each(Object.keys(states) as (keyof typeof states)[])("while %s", (state) => {
  // A session that is over does not count at the limit: then whoever came last is in.
  const putOut = Object.entries(ends).filter(
    ([name]) => state === "the session lives" || !name.includes("limit"),
  );

  test.each(putOut)(
    "G6 whoever comes back during %s is out afterwards, in every order",
    async (_, end) => {
      const count = await race(
        state,
        [resume, end],
        async ({ it, browser, jars, id }, schedule) => {
          it.wait(MINUTE);
          for (const jar of [...jars, browser]) {
            expect(await jar.copy().user(), schedule).toBeUndefined();
            expect(await jar.copy().close().user(), schedule).toBeUndefined();
          }
          // The other client's own login is another matter.
          const tokens = it.stores.tokens.listByUser("ada").map((record) => record.id);
          expect(tokens, schedule).not.toContain(id);
          const sessions = it.stores.sessions.listByUser("ada").map((record) => record.id);
          expect(sessions, schedule).not.toContain(id);
        },
      );
      expect(count).toBeGreaterThan(5);
    },
  );

  test("G6 whoever comes back while another page logs out is out afterwards", async () => {
    const logout: Operation = (_, jar) => jar.visit((session) => session.destroy());
    await race(state, [resume, logout], async ({ it, browser, jars }, schedule) => {
      it.wait(MINUTE);
      for (const jar of [...jars, browser]) {
        expect(await jar.copy().user(), schedule).toBeUndefined();
      }
      expect(it.stores.tokens.listByUser("ada"), schedule).toEqual([]);
    });
  });

  test.each(Object.entries(logins))(
    "G4 a page that comes back does not undo %s, in any order",
    async (name, login) => {
      await race(state, [resume, login], async ({ it, jars }, schedule) => {
        const [, jar] = jars as [Jar, Jar];
        it.wait(MINUTE);
        const session = await jar.copy().open();
        expect([session.userId, session.resumed], schedule).toEqual(["ada", false]);
        const remembered = name.endsWith("remembered");
        expect(await jar.copy().close().user(), schedule).toBe(remembered ? "ada" : undefined);
      });
    },
  );

  const responses: [string, Operation, keyof typeof logins][] = [
    ["a page's, during a login that is remembered", read, "a login that is remembered"],
    [
      "a page's that writes, during a login that is remembered",
      resume,
      "a login that is remembered",
    ],
    ["a page's, during a login that is not", read, "a login that is not"],
  ];
  test.each(responses)(
    "G4 nor does its response, which the same browser may get last: %s",
    async (_, page, login) => {
      const check = async ({ jars }: World, schedule: string) => {
        const session = await (jars[0] as Jar).open();
        expect([session.userId, session.resumed], schedule).toEqual(["ada", false]);
      };
      await race(state, [page, logins[login] as Operation], check, true);
    },
  );

  test("G5, G7 two pages that come back at once share a session, and neither's write is lost", async () => {
    await race(state, [resume, resume], async ({ it, jars }, schedule) => {
      it.wait(MINUTE);
      for (const jar of jars) {
        const session = await jar.copy().open();
        expect([session.userId, session.get("n")], schedule).toEqual(["ada", 2]);
      }
      expect(it.eventsOf("reuse-detected"), schedule).toEqual([]);
    });
  });
});

test.each(Object.entries(ends))(
  "G6 a login during %s leaves no token without its session, in any order",
  async (_, end) => {
    const login = logins["a login that is remembered"] as Operation;
    await race("the session lives", [login, end], async ({ it, jars }, schedule) => {
      const sessions = it.stores.sessions.listByUser("ada").map(({ id }) => id);
      for (const { id } of it.stores.tokens.listByUser("ada")) {
        expect(sessions, schedule).toContain(id);
      }
      expect(sessions.length, schedule).toBeLessThanOrEqual(1);
      const alive = (await (jars[0] as Jar).copy().open()).userId;
      it.wait(DAY);
      if (alive === undefined) {
        expect(await (jars[0] as Jar).copy().user(), schedule).toBeUndefined();
      }
    });
  },
);
