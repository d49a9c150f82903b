import assert from "node:assert/strict";
import type { ManualClock } from "../../clock.ts";
import type { FrameworkCase, Site } from "../case.ts";
import type { Visitor } from "../visitor.ts";
import { basics, eventsOf, member, ok, userOf } from "./basics.ts";

const GRACE = 10_000;

/** The owner, and somebody who has copied the cookie. */
async function robbed(site: Site, clock: ManualClock): Promise<{ owner: Visitor; thief: Visitor }> {
  const owner = await member(site);
  // The login's answer is not on its way any more: until then a rotation would wait.
  clock.advance(30_000);
  return { owner, thief: owner.twin() };
}

/** A rotation that is complete: its token has been presented. */
async function rotate(visitor: Visitor): Promise<void> {
  ok(await visitor.get("/rotate"));
  ok(await visitor.get("/read"));
}

async function assertBothOut(site: Site, owner: Visitor, thief: Visitor): Promise<void> {
  assert.deepEqual([await userOf(thief), await userOf(owner)], [null, null]);
  assert.equal(eventsOf(site, "reuse-detected").length, 1);
}

export const theftCases: readonly FrameworkCase[] = [
  {
    name: "a stolen token that the owner had rotated away ends the session for both, the thief's first use of it",
    guarantee: [5],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const { owner, thief } = await robbed(site, clock);
      await rotate(owner);
      clock.advance(GRACE);
      await assertBothOut(site, owner, thief);
    },
  },
  {
    name: "a thief who rotates first is put out, as is the owner, by the owner's next use of the old token",
    guarantee: [5],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const { owner, thief } = await robbed(site, clock);
      await rotate(thief);
      assert.equal(await userOf(thief), "ann");
      clock.advance(GRACE);
      await assertBothOut(site, thief, owner);
    },
  },
  {
    name: "a patient thief is noticed, however many rotations have followed",
    guarantee: [5],
    async run({ serve, clock }) {
      const site = await serve(basics, { timeouts: { idle: "6h" } });
      const { owner, thief } = await robbed(site, clock);
      for (let hour = 0; hour < 4; hour++) {
        for (let time = 0; time < 9; time++) {
          clock.advance(GRACE);
          await rotate(owner);
        }
        clock.advance(3_600_000);
        assert.equal(await userOf(owner), "ann");
      }
      await assertBothOut(site, owner, thief);
    },
  },
  {
    name: "a stolen token from before a login is nothing, and harms nobody",
    asvs: ["7.2.4"],
    guarantee: [4, 5],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const { owner, thief } = await robbed(site, clock);
      await rotate(owner);
      ok(await owner.get("/login"));
      for (const wait of [0, GRACE, 60_000]) {
        clock.advance(wait);
        assert.deepEqual([await userOf(thief), await userOf(owner)], [null, "ann"]);
      }
      assert.equal(eventsOf(site, "reuse-detected").length, 0);
    },
  },
];
