import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { basics, dataOf, known, member, ok } from "./basics.ts";

const HOUR = 3_600_000;
const TIMEOUTS = { idle: "10h", absolute: "12h" } as const;

export const lifetimeCases: readonly FrameworkCase[] = [
  {
    name: "the absolute timeout ends a session that is read, written and rotated all the time",
    guarantee: [8],
    async run({ serve, clock }) {
      const site = await serve(basics, { timeouts: TIMEOUTS });
      const visitor = await known(site);
      for (let hour = 1; hour < 12; hour++) {
        clock.advance(HOUR);
        ok(await visitor.get(["/read", "/write?a=1", "/rotate"][hour % 3] as string));
      }
      clock.advance(HOUR - 1);
      assert.deepEqual(await dataOf(visitor), { n: "1", a: "1" });
      clock.advance(1);
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: "a login starts the absolute timeout again",
    guarantee: [8],
    async run({ serve, clock }) {
      const site = await serve(basics, { timeouts: TIMEOUTS });
      const visitor = await member(site);
      ok(await visitor.get("/write?n=1"));
      clock.advance(9 * HOUR);
      ok(await visitor.get("/login"));
      clock.advance(9 * HOUR);
      assert.deepEqual(await dataOf(visitor), { n: "1" });
      clock.advance(3 * HOUR);
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
];
