import assert from "node:assert/strict";
import type { SessionStore } from "@coatcheck/core";
import { interleavings, testId } from "@coatcheck/testkit";
import type { TokenSet } from "../../../packages/oidc/src/connection/connection.ts";
import { sidIndex, subjectIndex } from "../../../packages/oidc/src/connection/derived-id.ts";
import type { SignedOut } from "../../../packages/oidc/src/connection/identity.ts";
import type { OpenPlain } from "../../interleavings/stores.ts";
import {
  connectionOf,
  ISSUER,
  type Mutation,
  openWorld,
  type RaceWorld,
  type Side,
} from "./world.ts";

type Task = (side: Side, world: RaceWorld) => Promise<unknown>;
type Check = (world: RaceWorld, outcomes: readonly [unknown, unknown]) => Promise<void> | void;

export interface Race {
  /** Alone, before the race. */
  readonly before?: (world: RaceWorld) => Promise<unknown>;
  readonly tasks: readonly [Task, Task];
  readonly check: Check;
}

/** Runs a race in every order of its store calls; how many there were. */
export async function everyOrder(
  open: OpenPlain,
  { before, tasks, check }: Race,
  mutate?: Mutation,
): Promise<number> {
  return interleavings<unknown, unknown, RaceWorld & { run: never }>(
    async () => {
      const world = await openWorld(open, mutate);
      await before?.(world);
      const run = world.sides.map((side, index) => () => (tasks[index] as Task)(side, world));
      return Object.assign(world, { run }) as never;
    },
    async ({ results, world }) => {
      const outcomes = results.map((it) => {
        if (it.status === "rejected") throw it.reason;
        return it.value;
      });
      await check(world, outcomes as never);
    },
    // Who waits for the other is neither through nor in the store, each time.
    { patience: 40 },
  );
}

const SID = "sid 1";
const WHO: Readonly<Record<string, SignedOut>> = {
  sid: { issuer: ISSUER, sid: SID },
  sub: { issuer: ISSUER, subject: "ada" },
  "sub and sid": { issuer: ISSUER, subject: "ada", sid: SID },
};

const ID = testId("session");
const isFresh = ({ accessToken }: TokenSet): boolean => accessToken !== "access 1";

const login: Task = (side, world) => side.login(connectionOf(world, "session", { sid: SID }));
const loginWithoutSid: Task = (side, world) => side.login(connectionOf(world, "session"));
const signOut =
  (who: SignedOut): Task =>
  ({ connections }, { clock }) =>
    connections.signedOut(who, clock());
const end: Task = ({ connections }) => connections.end(ID);
const renew: Task = ({ connections }, { renewals }) =>
  connections.renew(ID, isFresh, async (tokens) => {
    renewals.push(tokens);
    return { idToken: "next", accessToken: "access 2", refreshToken: "refresh 2" };
  });

const loggedIn = async (world: RaceWorld): Promise<void> => {
  assert.equal(await login(world.beside, world), true);
};

/** Nothing is left: no session, no connection, nothing by which one is found. */
const isOver: Check = async ({ sessions, store, beside }) => {
  assert.deepEqual([...sessions], [], "the session lives");
  assert.equal(await beside.connections.read(ID), undefined, "its connection is there");
  assert.deepEqual(await left(store), [], "a record is left");
};

async function left(store: SessionStore): Promise<readonly unknown[]> {
  const indexes = [subjectIndex({ issuer: ISSUER, subject: "ada" }), sidIndex(ISSUER, SID)];
  const lists = await Promise.all(indexes.map((index) => store.listByUser?.(index)));
  return lists.flat();
}

/** The same however the user was signed out. */
function each(race: (who: SignedOut) => Race): Record<string, Race> {
  return Object.fromEntries(Object.entries(WHO).map(([by, who]) => [by, race(who)]));
}

export const LOGIN_AND_LOGOUT: Record<string, Race> = each((who) => ({
  tasks: [login, signOut(who)],
  check: isOver,
}));

/** With fewer store calls, for stores where each takes its time. */
export const SHORT_LOGIN_AND_LOGOUT: Race = {
  tasks: [loginWithoutSid, signOut(WHO.sub as SignedOut)],
  check: isOver,
};

/** Of a provider that names its session in logout tokens alone. */
export const NAMELESS_LOGIN_AND_LOGOUT: Race = {
  tasks: [loginWithoutSid, signOut(WHO["sub and sid"] as SignedOut)],
  check: isOver,
};

export const TWO_LOGOUTS: Record<string, Race> = Object.fromEntries(
  Object.entries(WHO).flatMap(([one, first]) =>
    Object.entries(WHO).map(([other, second]) => [
      `${one}, ${other}`,
      {
        before: loggedIn,
        tasks: [signOut(first), signOut(second)],
        check: async (world, outcomes) => {
          await isOver(world, outcomes);
          assert.deepEqual(outcomes.flat(), [ID], "not reported by one of the two");
        },
      } satisfies Race,
    ]),
  ),
);

/** Of a renewal that the end has overtaken nothing is told, and nothing is kept. */
const renewalIsOver: Check = async (world) => {
  assert.equal(await world.beside.connections.read(ID), undefined, "its connection is back");
  assert.deepEqual(await left(world.store), [], "a record is back");
  assert.ok(world.renewals.length <= 1);
};

export const RENEWAL_AND_END: Record<string, Race> = {
  logout: { before: loggedIn, tasks: [renew, end], check: renewalIsOver },
  ...each((who) => ({ before: loggedIn, tasks: [renew, signOut(who)], check: renewalIsOver })),
};

export const TWO_RENEWALS: Race = {
  before: loggedIn,
  tasks: [renew, renew],
  async check({ renewals, beside }, outcomes) {
    assert.equal(renewals.length, 1, "a refresh token was used twice");
    for (const tokens of outcomes) assert.equal((tokens as TokenSet).accessToken, "access 2");
    assert.equal((await beside.connections.read(ID))?.tokens.refreshToken, "refresh 2");
  },
};

const LONGER_MS = 24 * 3_600_000;
const extend: Task = ({ connections }, { clock }) => connections.extend(ID, clock() + LONGER_MS);

/** A login of the application's own makes the tie longer: what else happens to it meanwhile counts as well. */
export const EXTENSION_AND_END: Record<string, Race> = {
  logout: { before: loggedIn, tasks: [extend, end], check: renewalIsOver },
  ...each((who) => ({ before: loggedIn, tasks: [extend, signOut(who)], check: isOver })),
};

export const EXTENSION_AND_RENEWAL: Race = {
  before: loggedIn,
  tasks: [extend, renew],
  async check({ renewals, beside, clock }, [, tokens]) {
    assert.equal(renewals.length, 1);
    assert.equal((tokens as TokenSet).accessToken, "access 2");
    const now = await beside.connections.read(ID);
    assert.equal(now?.tokens.refreshToken, "refresh 2");
    assert.equal(now?.expiresAt, clock() + LONGER_MS);
  },
};

export const EXTENSION_AND_LOGIN: Race = {
  before: (world) => loginWithoutSid(world.beside, world),
  tasks: [
    extend,
    (side, world) => {
      const tokens = { idToken: "of the second login" };
      return side.login(connectionOf(world, "session", {}, { tokens }));
    },
  ],
  async check({ beside }) {
    const now = await beside.connections.read(ID);
    assert.equal(now?.tokens.idToken, "of the second login");
  },
};

export const FAILING_RENEWALS: Race = {
  before: loggedIn,
  tasks: [
    async ({ connections }) => {
      const failing = connections.renew(ID, isFresh, async () => {
        throw new Error("provider down");
      });
      return failing.catch((error: Error) => error.message);
    },
    renew,
  ],
  check({ renewals }, [first, second]) {
    assert.equal(renewals.length, 1);
    // If the other was first, there was nothing left to fetch.
    assert.ok(first === "provider down" || (first as TokenSet).accessToken === "access 2");
    assert.equal((second as TokenSet).accessToken, "access 2");
  },
};

/** A login of the same user on the session that there is: the tie of before goes, and whatever was got for it. */
export const RENEWAL_AND_LOGIN: Race = {
  before: loggedIn,
  tasks: [
    renew,
    (side, world) => {
      const tokens = { idToken: "of the second login", accessToken: "second" };
      return side.login(connectionOf(world, "session", { sid: "sid 2" }, { tokens }));
    },
  ],
  async check({ beside, store }) {
    const now = await beside.connections.read(ID);
    assert.equal(now?.tokens.idToken, "of the second login");
    assert.equal(now?.identity.sid, "sid 2");
    assert.equal((await store.listByUser?.(sidIndex(ISSUER, SID)))?.length, 0);
  },
};

/** A user may sign in again: what a logout ends is what was before it, never a login of after it in a session of its own. */
export const LATER_LOGIN: Record<string, Race> = {
  "another sid": {
    before: loggedIn,
    tasks: [signOut(WHO.sid as SignedOut), (side, world) => side.login(later(world))],
    check: survives,
  },
  "another user": {
    before: loggedIn,
    tasks: [
      signOut(WHO.sub as SignedOut),
      (side, world) => side.login(connectionOf(world, "later", { subject: "bob", sid: "sid 2" })),
    ],
    check: survives,
  },
  "another issuer": {
    before: loggedIn,
    tasks: [
      signOut(WHO["sub and sid"] as SignedOut),
      (side, world) =>
        side.login(connectionOf(world, "later", { issuer: "https://other.example", sid: SID })),
    ],
    check: survives,
  },
};

function later(world: RaceWorld) {
  return connectionOf(world, "later", { sid: "sid 2" }, { issuedAt: world.clock() + 1_000 });
}

async function survives({ sessions, beside }: RaceWorld, outcomes: readonly [unknown, unknown]) {
  assert.deepEqual(outcomes, [[ID], true]);
  assert.deepEqual([...sessions], [testId("later")]);
  assert.ok(await beside.connections.read(testId("later")), "its connection is gone");
}

const logOut = async ({ connections }: Side, world: RaceWorld): Promise<void> => {
  await connections.signedOut(WHO.sub as SignedOut, world.clock());
  world.renewals.push({ idToken: "done" });
};

const replay =
  (work: (side: Side, world: RaceWorld) => Promise<void>): Task =>
  (side, world) =>
    side.connections.perform("jti", world.clock() + 60_000, () => work(side, world));

const doneOnce: Check = ({ renewals }, outcomes) => {
  assert.equal(renewals.length, 1, "done twice");
  assert.deepEqual(outcomes.toSorted(), [false, true]);
};

const note = async (_: Side, { renewals }: RaceWorld): Promise<void> => {
  renewals.push({ idToken: "done" });
};

export const TWO_REPLAYS: Race = {
  tasks: [replay(note), replay(note)],
  check: doneOnce,
};

/** The same with all that there is to do: who waits looks again at each step of it, which makes many orders. */
export const TWO_REPLAYED_LOGOUTS: Race = {
  before: loggedIn,
  tasks: [replay(logOut), replay(logOut)],
  async check(world, outcomes) {
    await isOver(world, outcomes);
    await doneOnce(world, outcomes);
  },
};

const take: Task = ({ connections }, { clock }) => connections.once("state", clock() + 60_000);

export const TWO_CALLBACKS: Race = {
  tasks: [take, take],
  check: (_, outcomes) => assert.deepEqual(outcomes.toSorted(), [false, true]),
};
