import fc from "fast-check";
import { expect, test } from "vitest";
import {
  expiry,
  isNewer,
  learn,
  nextLook,
  type SessionReport,
  seen,
  signedOut,
  stateOf,
} from "./knowledge.ts";

const MINUTE = 60_000;
const WARN = 2 * MINUTE;

const report = (more: Partial<SessionReport> = {}): SessionReport => ({
  signedIn: true,
  resumed: false,
  userId: "ann",
  lastSeenAt: 0,
  expiresAt: 30 * MINUTE,
  absoluteExpiresAt: 720 * MINUTE,
  idleTimeout: 30 * MINUTE,
  touchEvery: MINUTE,
  now: 0,
  ...more,
});
const nobody = (now = 0): SessionReport => ({ signedIn: false, resumed: false, now });

test("the states of a session that is left alone", () => {
  const known = learn(undefined, report(), 0);
  const at = (minute: number, offline = false) => stateOf(known, offline, minute * MINUTE, WARN);
  expect(stateOf(undefined, false, 0, WARN)).toBe("unknown");
  expect(stateOf(undefined, true, 0, WARN)).toBe("offline");
  expect([0, 27.9, 28, 29.9, 30, 99].map((it) => at(it))).toEqual([
    ...["signed-in", "signed-in", "expiring", "expiring", "expired", "expired"],
  ]);
  expect([0, 28, 30].map((it) => at(it, true))).toEqual(["offline", "offline", "expired"]);
});

test("who was signed in and is no more has expired; who signed out has not", () => {
  const known = learn(undefined, report(), 0);
  const ended = learn(known, nobody(5), 5);
  expect(stateOf(ended, false, 5, WARN)).toBe("expired");
  expect(ended.userId).toBe("ann");
  expect(stateOf(learn(ended, nobody(6), 6), false, 6, WARN)).toBe("expired");
  const out = signedOut(7);
  expect([stateOf(out, false, 7, WARN), out.userId]).toEqual(["anonymous", undefined]);
  expect(stateOf(learn(out, nobody(8), 8), false, 8, WARN)).toBe("anonymous");
  expect(stateOf(learn(ended, report({ now: 9 }), 9), false, 9, WARN)).toBe("signed-in");
});

test("requests move the end as the server moves it, whatever its clock says and however slow the way is", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 20 * MINUTE }), { maxLength: 60 });
  const offset = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
  fc.assert(
    fc.property(gaps, offset, fc.integer({ min: 0, max: 5_000 }), (waits, ahead, latency) => {
      let now = 10 ** 13;
      const onServer = () => now + ahead + latency;
      const begin = onServer();
      const endsAt = begin + 200 * MINUTE;
      let lastSeenAt = begin;
      let expiresAt = begin + 30 * MINUTE;
      const times = { lastSeenAt, expiresAt, absoluteExpiresAt: endsAt, now: begin };
      let known = learn(undefined, report(times), now);
      for (const wait of waits) {
        now += wait;
        known = seen(known, now);
        const time = onServer();
        if (time < expiresAt && time - lastSeenAt >= MINUTE) {
          lastSeenAt = time;
          expiresAt = Math.min(time + 30 * MINUTE, endsAt);
        }
        expect(expiry(known)).toBe(expiresAt - ahead - latency);
      }
    }),
  );
});

test("it looks again at the warning, at the end, and where the server last said that they are", () => {
  const known = learn(undefined, report(), 0);
  expect(nextLook(known, 0, WARN)).toBe(28 * MINUTE);
  expect(nextLook(known, 28 * MINUTE, WARN)).toBe(30 * MINUTE);
  expect(nextLook(known, 30 * MINUTE, WARN)).toBe(Infinity);
  const moved = seen(known, 10 * MINUTE);
  expect(nextLook(moved, 10 * MINUTE, WARN)).toBe(28 * MINUTE);
  expect(nextLook(moved, 28 * MINUTE, WARN)).toBe(38 * MINUTE);
  expect(nextLook(learn(undefined, nobody(), 0), 0, WARN)).toBe(Infinity);
});

test("of what two tabs know the later question counts, and of one question the later request", () => {
  const known = learn(undefined, report(), 10);
  const moved = seen(known, 10 * MINUTE);
  const now = 20 * MINUTE;
  expect(isNewer(moved, known, now)).toBe(true);
  expect(isNewer(known, moved, now)).toBe(false);
  expect(isNewer(learn(undefined, report(), 11), moved, now)).toBe(true);
  expect(isNewer(learn(undefined, report(), 9), known, now)).toBe(false);
  expect(isNewer(signedOut(10), moved, now)).toBe(true);
  // The clock was set back by an hour: what is known would count for that long.
  expect(isNewer(learn(undefined, report(), 5), known, 5)).toBe(true);
});
