import assert from "node:assert/strict";
import type { SessionId } from "@coatcheck/core";
import { openWith } from "../../interleavings/world.ts";
import { type Play, play } from "./play.ts";
import { type MigrationWorld, migration, type Setting, tokenOf } from "./world.ts";

type Outcomes = Play<{ sets: string | undefined; joined: boolean }>;

/**
 * For each number of calls: the first process stands still after so many, the second does all it has to, and the first goes on after
 * that (or never: what is checked before it goes on is what a crash leaves). How many ways there were.
 */
export async function everyStop(setting: Setting): Promise<number> {
  for (let calls = 0; ; calls += 1) {
    const world = await migration(setting);
    try {
      const stopped = await play(world, (ready, schedule) => {
        if (ready.includes("A") && schedule.length < calls) return "A";
        return ready.includes("B") ? "B" : undefined;
      });
      if (stopped.settled[0]) return calls;
      await alone(world, stopped, setting);
      const resumed = await stopped.resume(() => "A");
      await together(world, resumed, setting);
    } catch (cause) {
      throw new Error(`stopped after ${calls}: ${(cause as Error).message}`, { cause });
    } finally {
      await world.dispose?.();
    }
  }
}

/** The other process is as if it never came back. */
async function alone(
  world: MigrationWorld,
  { settled }: Outcomes,
  setting: Setting,
): Promise<void> {
  const [, b] = settled;
  assert.equal(b?.status, "fulfilled", "the one that goes on is stuck");
  await finalDestroy(world, setting, b?.value.joined);
  if (setting.operations[1] !== "write" || !b?.value.joined) return;
  if (["destroy", "login"].includes(setting.operations[0])) return;
  const session = await openWith(world.after, b.value.sets ?? world.token);
  assert.equal(session.get("b"), "written", "the write of the one that goes on is lost");
}

async function together(
  world: MigrationWorld,
  { settled }: Outcomes,
  setting: Setting,
): Promise<void> {
  const [a, b] = settled;
  assert.equal(a?.status, "fulfilled", "the one that stood still is stuck");
  assert.equal(b?.status, "fulfilled");
  await finalDestroy(world, setting, b?.value.joined);
  const { views, token, id } = world;
  const records = await Promise.all(views.map((view) => view.read(id as SessionId)));
  assert.deepEqual(records[0], records[1], "the two kinds see different sessions");
  if (records[0] === undefined || setting.operations.includes("login")) return;
  // And the session can be written still.
  const jar = b?.value.sets || a?.value.sets || token;
  const session = await openWith(world.after, jar);
  session.set("count", 9);
  const held = tokenOf(await world.after.commit(session)) ?? jar;
  assert.equal((await openWith(world.after, held)).get("count"), 9, "it cannot be written");
  assert.equal(
    (await views[0].read(session.id as SessionId))?.data,
    (await views[1].read(session.id as SessionId))?.data,
  );
}

/** G6: a destroy that was acknowledged holds for both kinds, however often they look. */
async function finalDestroy(
  { views, id }: MigrationWorld,
  { operations }: Setting,
  joined = false,
): Promise<void> {
  if (operations[1] !== "destroy" || !joined) return;
  for (const view of [...views, ...views]) {
    assert.equal(await view.read(id as SessionId), undefined, "the session is back");
    assert.equal(await view.touch(id as SessionId, { lastSeenAt: 0, expiresAt: 0 }), "gone");
  }
}
