import type { NetworkFault } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { Driver } from "../services/drivers.ts";
import type { Ledger } from "./ledger.ts";
import { count, expectKept, type Place, type Proxied, served, setUp } from "./set-up.ts";
import { untilTold, watchUncaught } from "./uncaught.ts";
import { type Answer, Visitor } from "./visitor.ts";

const LIMIT_MS = 300;
// For a machine that is busy with other tests.
const MARGIN_MS = 1_200;

/** As long as one of these lasts, no store can be asked. */
const OUTAGES: ReadonlyArray<readonly [name: string, fault: NetworkFault]> = [
  ["refused connections", { kind: "refuse" }],
  ["a stall", { kind: "stall" }],
  ["a stall of replies", { kind: "stall", direction: "replies" }],
  ["a drip past the time limit", { kind: "drip", bytes: 1, ms: 50 }],
];

/** What holds while the network before a store fails, and afterwards. */
export function describeProxied(driver: Driver, place: Place): void {
  test.each(OUTAGES)(
    `G10 ${driver.name}: %s, a 503 in time and nobody logged out`,
    async (_, fault) => {
      const uncaught = watchUncaught();
      const proxied = await setUp(driver, place, `${LIMIT_MS}ms`);
      const { proxy, port, enter } = proxied;
      const guests = await Promise.all(["ann", "bob", "cyd"].map(enter));
      const gone = await loggedOut(proxied);
      const leaver = (await enter("dan")).visitor;

      await proxy.strike(fault);
      const strangers = [new Visitor(port), new Visitor(port)] as const;
      await Promise.all([
        ...guests.map(({ visitor, ledger }) => work(visitor, ledger)),
        leaver.ask("/logout").then(expectRefusal),
        strangers[0].ask("/login/eve").then(expectRefusal),
        // Who brings no session and wants none does not notice.
        strangers[1].ask("/me").then(({ status }) => expect(status).toBe(200)),
      ]);
      expect(strangers[0].cookie).toBeUndefined();
      await proxy.heal();

      await Promise.all(guests.map(({ visitor, ledger }) => recovered(visitor, ledger)));
      await served(leaver, "/logout");
      expect(leaver.cookie).toBeUndefined();
      await served(strangers[0], "/login/eve");
      expect((await served(gone, "/me")).answer.seen.user).toBeNull();
      // Once more, now that whatever was under way has arrived.
      for (const { visitor, ledger } of guests) await recovered(visitor, ledger);
      await untilTold();
      expect(uncaught).toEqual([]);
    },
  );

  test(`G7 ${driver.name}: replies that break off at any byte lose no acknowledged write`, async () => {
    const uncaught = watchUncaught();
    const proxied = await setUp(driver, place, "2000ms");
    const { visitor, ledger } = await proxied.enter("ann");
    const gone = await loggedOut(proxied);
    let refused = 0;
    for (let after = 0; after < 600; after += 75) {
      await proxied.proxy.strike({ kind: "reset", after });
      for (let i = 1; proxied.proxy.struck === 0; i += 1) {
        const counted = await visitor.ask("/count");
        ledger.counted(counted.status === 200);
        const set = await visitor.ask(`/set/apples/${after * 10 + i}`);
        ledger.set("apples", after * 10 + i, set.status === 200);
        const refusals = [counted, set].filter(({ status }) => status !== 200);
        for (const refusal of refusals) expectRefusal(refusal);
        refused += refusals.length;
      }
      await recovered(visitor, ledger);
    }
    if (!driver.resends) expect(refused).toBeGreaterThan(0);
    expect((await served(gone, "/me")).answer.seen.user).toBeNull();
    await untilTold();
    expect(uncaught).toEqual([]);
  });

  test(`G10 ${driver.name}: a slow drip within the time limit is served`, async () => {
    const { proxy, enter } = await setUp(driver, place, "2000ms");
    const { visitor, ledger } = await enter("ann");
    await proxy.strike({ kind: "drip", bytes: 64, ms: 5 });
    for (let i = 1; i <= 3; i += 1) {
      expect((await visitor.ask("/count")).status).toBe(200);
      ledger.counted(true);
      expect((await expectKept(visitor, ledger)).count).toBe(i + 1);
    }
    expect(proxy.struck).toBeGreaterThan(0);
  });
}

/** A client with the cookie of a session that was logged out. */
async function loggedOut({ port, enter }: Proxied): Promise<Visitor> {
  const { visitor } = await enter("gus");
  const gone = new Visitor(port, visitor.cookie);
  await served(visitor, "/logout");
  return gone;
}

/** All that needs the store, while there is none. */
async function work(visitor: Visitor, ledger: Ledger): Promise<void> {
  const { cookie } = visitor;
  expectRefusal(await visitor.ask("/me"));
  expectRefusal(await visitor.ask("/rotate"));
  expectRefusal(await visitor.ask("/count"));
  ledger.counted(false);
  expectRefusal(await visitor.ask("/set/pears/1"));
  ledger.set("pears", 1, false);
  expect(visitor.cookie).toBe(cookie);
}

function expectRefusal({ status, error, setCookie, ms }: Answer): void {
  expect({ status, error, setCookie }).toEqual({ status: 503, error: "store", setCookie: [] });
  expect(ms).toBeLessThan(LIMIT_MS + MARGIN_MS);
}

/** The application serves the client again, by itself, with the cookie that it had. */
async function recovered(visitor: Visitor, ledger: Ledger): Promise<void> {
  await expectKept(visitor, ledger);
  await count(visitor, ledger);
  await expectKept(visitor, ledger);
}
