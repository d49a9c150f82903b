import assert from "node:assert/strict";
import type { SessionId } from "@coatcheck/core";
import { interleavings, type ScheduleResult, seededRandom } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import {
  endsTokensAtLogin,
  logsNobodyOut,
  losesNoCommit,
  losesNoCount,
  losesNoWrite,
  staysDestroyed,
} from "../interleavings/invariants.ts";
import { OPERATIONS } from "../interleavings/operations.ts";
import type { Outcome } from "../interleavings/world.ts";
import { type Kind, type OpenUnderlying, UNDERLYING } from "./migrating/kinds.ts";
import { type Choose, type Label, play } from "./migrating/play.ts";
import { type MigrationWorld, migration, type Progress, type Setting } from "./migrating/world.ts";

const PAIRS = OPERATIONS.flatMap((a) => OPERATIONS.map((b) => [a, b] as const));
const INVARIANTS = [
  staysDestroyed,
  losesNoWrite,
  losesNoCount,
  logsNobodyOut,
  endsTokensAtLogin,
  losesNoCommit,
];

function* settings(
  open: OpenUnderlying,
  kinds: readonly [Kind, Kind],
  progresses: readonly Progress[],
): Generator<Setting> {
  for (const start of ["anonymous", "logged in"] as const) {
    for (const progress of progresses) {
      for (const operations of PAIRS) yield { open, kinds, start, progress, operations };
    }
  }
}

async function check(
  result: ScheduleResult<Outcome, Outcome, MigrationWorld>,
  { operations }: Setting,
): Promise<void> {
  const { views, id } = result.world;
  for (const invariant of INVARIANTS) await invariant(result, operations);
  const [one, other] = [await views[0].read(id as SessionId), await views[1].read(id as SessionId)];
  assert.deepEqual(one, other, "the two kinds see different sessions");
}

function named(setting: Setting, schedule: string, cause: unknown): Error {
  const { kinds, start, progress, operations } = setting;
  const where = `${kinds} ${start} ${progress} ${operations} ${schedule}`;
  return new Error(`${where}: ${(cause as Error).message}`, { cause });
}

/** Every order of the calls. */
async function everySchedule(all: Iterable<Setting>): Promise<number> {
  let count = 0;
  for (const setting of all) {
    try {
      count += await interleavings<Outcome, Outcome, MigrationWorld>(
        () => migration(setting),
        (result) => check(result, setting),
      );
    } catch (cause) {
      throw named(setting, "", cause);
    }
  }
  return count;
}

/** So many orders of each setting, drawn by a seeded random. */
async function someSchedules(all: Iterable<Setting>, each: number): Promise<number> {
  const random = seededRandom("schedules");
  // Now and then the one goes on for a while: the orders that hurt are those where somebody stands still for long.
  const choose: Choose = (ready, schedule) => {
    const last = schedule.at(-1) as Label | undefined;
    const [a = 0, b = 0] = random(2);
    if (last && ready.includes(last) && a % 4 !== 0) return last;
    return ready[b % ready.length];
  };
  let count = 0;
  for (const setting of all) {
    for (let nth = 0; nth < each; nth += 1) {
      const world = await migration(setting);
      const { schedule, settled } = await play(world, choose);
      const results = settled as ScheduleResult<Outcome, Outcome>["results"];
      await check({ schedule, results, world }, setting).catch((cause) => {
        throw named(setting, schedule, cause);
      });
      await world.dispose?.();
      count += 1;
    }
  }
  return count;
}

const memory = UNDERLYING["memory to memory"] as OpenUnderlying;
const sqlite = UNDERLYING["memory to SQLite"] as OpenUnderlying;

/** Kinds side by side, how far the session may be moved, and the least number of schedules that there are. */
const ALL: ReadonlyArray<readonly [Kind, Kind, readonly Progress[], number]> = [
  ["from only", "prepare", [2], 400],
  ["prepare", "prepare", [2], 400],
  ["move", "move", [6], 400],
  ["move", "to only", [6], 400],
  ["prepare", "move", [5, 6], 2_000],
  ["prepare", "back", [2, 6], 4_000],
];

/** More than a million schedules, which take some minutes: all are run with this set. */
const EVERY = process.env.EVERY_SCHEDULE === "1";
const SAMPLED: ReadonlyArray<readonly [Kind, Kind, readonly Progress[]]> = [
  ["prepare", "move", [2, 3, 4]],
  ["move", "move", [2, 3, 4, 5]],
];

describe("G4 G5 G6 G7 two requests on one session, in processes of two kinds", () => {
  test.each(ALL)("%s and %s: every schedule", async (one, other, progresses, least) => {
    expect(await everySchedule(settings(memory, [one, other], progresses))).toBeGreaterThan(least);
  });

  test.each(SAMPLED)(
    "%s and %s, over a move: schedules drawn at random",
    async (one, other, progresses) => {
      const all = settings(memory, [one, other], progresses);
      const count = await (EVERY ? everySchedule(all) : someSchedules(all, 10));
      expect(count).toBeGreaterThan(2_000);
      if (EVERY) console.log(`${one} and ${other}: ${count} schedules`);
    },
    EVERY ? 600_000 : undefined,
  );

  test("prepare and move, to SQLite: schedules drawn at random", async () => {
    expect(await someSchedules(settings(sqlite, ["prepare", "move"], [2, 6]), 1)).toBe(144);
  });
});
