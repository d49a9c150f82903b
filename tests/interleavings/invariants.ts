import assert from "node:assert/strict";
import type { Session } from "@coatcheck/core";
import { interleavings, type ScheduleResult } from "@coatcheck/testkit";
import { type Data, type Operation, PAIRS, USER } from "./operations.ts";
import type { OpenPlain } from "./stores.ts";
import { type Outcome, openWith, type RaceWorld, race, type Start } from "./world.ts";

type Result = ScheduleResult<Outcome, Outcome, RaceWorld>;
type Check = (result: Result, pair: readonly [Operation, Operation]) => Promise<void>;

/** Runs every schedule of every pair, from both starts, and checks each. How many schedules there were. */
export async function everyRace(open: OpenPlain, check: Check, pairs = PAIRS): Promise<number> {
  let schedules = 0;
  for (const start of ["anonymous", "logged in"] satisfies Start[]) {
    for (const pair of pairs) {
      try {
        schedules += await interleavings<Outcome, Outcome, RaceWorld>(
          () => race(open, start, pair),
          (result) => check(result, pair),
        );
      } catch (cause) {
        throw new Error(`${start}, ${pair.join(" and ")}: ${(cause as Error).message}`, { cause });
      }
    }
  }
  return schedules;
}

/** G6: once a destroy that found the session has been acknowledged, no token of before or of the race opens that session. */
export const staysDestroyed: Check = async (result, pair) => {
  const { results, world } = result;
  if (!pair.some((it, index) => it === "destroy" && joined(result, index))) return;
  const { after, store, token, id } = world;
  assert.equal(await store.read(id as never), undefined, "the record is back");
  for (const presented of [token, ...tokensOf(results)]) {
    const session = await openWith(after, presented);
    assert.notEqual(session.id, id, "a token opens the destroyed session");
    assert.equal(session.has("before"), false, "its data are back");
    // A login that comes second stands, in a session of its own.
    if (!pair.includes("login")) assert.equal(session.userId, undefined);
  }
};

/** G7: what two requests wrote to different keys is all there, whatever else the other one did. */
export const losesNoWrite: Check = async (result, pair) => {
  if (pair.includes("destroy")) return;
  const session = await survivor(result);
  for (const [index, side] of (["a", "b"] as const).entries()) {
    if (pair[index] !== "write" || !joined(result, index)) continue;
    assert.equal(session.get(side), "written", `the write of ${side} is lost`);
  }
};

/** G7: every update counts. */
export const losesNoCount: Check = async (result, pair) => {
  if (pair.includes("destroy")) return;
  const session = await survivor(result);
  const updates = pair.filter((it, index) => it === "update" && joined(result, index)).length;
  assert.equal(session.get("count") ?? 0, updates, "an update is lost");
};

/** G5 and G4: whichever response arrives last, the browser's token is good. */
export const logsNobodyOut: Check = async ({ results, world }, pair) => {
  if (pair.includes("destroy")) return;
  const [a, b] = results.map(fulfilled);
  const jars = [lastOf(world.token, a, b), lastOf(world.token, b, a)];
  // A login ends every token of before it, and a rotation's is one: only if it was sent first is the client as it should be.
  const crossed = pair.includes("login") && pair.includes("rotate");
  const opened = await Promise.all(jars.map((jar) => openWith(world.after, jar)));
  // Of two logins one after the other, the second starts a session of its own: its token was dead already.
  const good = opened.filter((session) =>
    pair.includes("login") ? session.userId === USER : session.id === world.id,
  );
  assert.ok(good.length >= (crossed ? 1 : 2), "the browser is left with a token that is no good");
};

/** G4: a login leaves no token of before it alive, not even one that was rotated in the same moment. */
export const endsTokensAtLogin: Check = async ({ world }, pair) => {
  if (!pair.includes("login")) return;
  const session = await openWith(world.after, world.token);
  assert.equal(session.userId, undefined, "the token of before login is somebody");
  assert.equal(session.has("before"), false, "the token of before login shows data");
};

/** Nothing but a destroy costs a request that found the session its changes. */
export const losesNoCommit: Check = async ({ results, world }, pair) => {
  const late = results.map(fulfilled).some((outcome) => !outcome.joined);
  if (!pair.includes("destroy") && !late) assert.deepEqual(world.lost, []);
};

/** The session after the race, opened as the browser would with the newest token. */
async function survivor({ results, world }: Result): Promise<Session<Data>> {
  const [a, b] = results.map(fulfilled);
  for (const jar of [lastOf(world.token, a, b), lastOf(world.token, b, a)]) {
    const session = await openWith(world.after, jar);
    if (session.id === world.id) return session;
  }
  throw new assert.AssertionError({ message: "no token opens the session" });
}

function joined({ results }: Result, index: number): boolean {
  return fulfilled(results[index] as Result["results"][0]).joined;
}

function lastOf(token: string, ...outcomes: Array<Outcome | undefined>): string {
  return outcomes.reduce((held, outcome) => outcome?.sets ?? held, token);
}

function tokensOf(results: Result["results"]): string[] {
  return results.map((it) => fulfilled(it).sets).filter((it) => it !== undefined);
}

function fulfilled(result: PromiseSettledResult<Outcome>): Outcome {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
