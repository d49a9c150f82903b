import assert from "node:assert/strict";
import type { FrameworkCase } from "../case.ts";
import { json } from "../route.ts";
import { basics, dataOf, known, member, ok, userOf } from "./basics.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIMEOUTS = { idle: "10h", absolute: "12h" } as const;

/** NIST SP 800-63B-4, sections 2.1.3, 2.2.3 and 2.3.3: the longest silence and the longest life of a login. */
const PRESETS = {
  aal1: [7 * DAY, 30 * DAY],
  aal2: [HOUR, 24 * HOUR],
  aal3: [15 * MINUTE, 12 * HOUR],
} as const;

export const lifetimeCases: readonly FrameworkCase[] = [
  ...Object.entries(PRESETS).map(
    ([preset, [idle, absolute]]): FrameworkCase => ({
      name: `timeouts "${preset}" are those of NIST SP 800-63B-4, to the millisecond`,
      asvs: ["7.1.1", "7.3.1", "7.3.2"],
      guarantee: [8],
      async run({ serve, clock }) {
        const site = await serve(basics, { timeouts: preset as keyof typeof PRESETS });
        const silent = await member(site);
        clock.advance(idle - 1);
        assert.equal(await userOf(silent), "ann");
        clock.advance(idle);
        assert.equal(await userOf(silent), null, "past the idle timeout");
        const active = await member(site);
        const end = clock() + absolute;
        while (clock() + idle < end) {
          clock.advance(idle - 1);
          assert.equal(await userOf(active), "ann");
        }
        clock.set(end - 1);
        assert.equal(await userOf(active), "ann");
        clock.set(end);
        assert.equal(await userOf(active), null, "past the absolute timeout");
      },
    }),
  ),
  {
    name: "the absolute timeout ends a session that is read, written and rotated all the time",
    asvs: ["7.3.2"],
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
    asvs: ["7.3.2"],
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
  {
    name: "the idle timeout counts from the last visit, to the millisecond",
    asvs: ["7.3.1"],
    async run({ serve, clock }) {
      const site = await serve(basics);
      const visitor = await known(site);
      for (let visit = 0; visit < 3; visit++) {
        clock.advance(30 * MINUTE - 1);
        assert.deepEqual(await dataOf(visitor), { n: "1" });
      }
      const copy = visitor.twin();
      clock.advance(30 * MINUTE);
      assert.deepEqual(await dataOf(copy), {});
      assert.deepEqual(await dataOf(visitor), {});
    },
  },
  {
    name: "a visit that is not written down within touchEvery makes the silence that is allowed shorter, never longer",
    asvs: ["7.3.1"],
    async run({ serve, clock }) {
      for (const touchEvery of ["1m", "10m"] as const) {
        const site = await serve(basics, { timeouts: { touchEvery } });
        const throttle = touchEvery === "1m" ? MINUTE : 10 * MINUTE;
        const [early, touched, left] = [await known(site), await known(site), await known(site)];
        clock.advance(throttle - 1);
        assert.deepEqual(await dataOf(early), { n: "1" });
        clock.advance(1);
        for (const visitor of [touched, left]) {
          assert.deepEqual(await dataOf(visitor), { n: "1" });
        }
        clock.advance(30 * MINUTE - throttle);
        assert.deepEqual(await dataOf(early), {}, "that visit was not written down");
        clock.advance(throttle - 1);
        assert.deepEqual(await dataOf(touched), { n: "1" });
        clock.advance(1);
        assert.deepEqual(await dataOf(left), {});
      }
    },
  },
  {
    name: "no activity of a user moves the absolute timeout: reading, writing, rotating, a step-up",
    asvs: ["7.3.2"],
    guarantee: [8],
    async run({ serve, clock }) {
      const site = await serve(
        {
          ...basics,
          "/elevate": json(({ session }) => {
            session.elevate("1h");
            session.touch();
            return {};
          }),
        },
        { timeouts: TIMEOUTS },
      );
      const visitor = await member(site);
      for (let hour = 1; hour < 12; hour++) {
        clock.advance(HOUR);
        ok(await visitor.get(["/read", "/write?a=1", "/rotate", "/elevate"][hour % 4] as string));
      }
      clock.advance(HOUR - 1);
      assert.equal(await userOf(visitor), "ann");
      clock.advance(1);
      assert.equal(await userOf(visitor), null);
    },
  },
];
