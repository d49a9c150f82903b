import assert from "node:assert/strict";
import { interleavings, type ScheduleResult } from "@coatcheck/testkit";
import { ends, isLogin, type Operation, OTHER, PAIRS, USER } from "./operations.ts";
import {
  type Outcome,
  openWith,
  type RaceOptions,
  type RaceWorld,
  race,
  STARTS,
  type Start,
} from "./world.ts";

type Result = ScheduleResult<Outcome, Outcome, RaceWorld>;
type Pair = readonly [Operation, Operation];
type Check = (result: Result, pair: Pair) => Promise<void>;

/** What must hold, and of which pairs. */
export interface Family {
  readonly check: Check;
  concerns(pair: Pair): boolean;
}

/** Runs every schedule of every pair, from every start, and checks each. How many schedules there were. */
export async function everyRace(
  { check, concerns }: Family,
  options: RaceOptions,
): Promise<number> {
  let schedules = 0;
  for (const start of STARTS) {
    for (const pair of PAIRS.filter(concerns)) {
      try {
        schedules += await interleavings<Outcome, Outcome, RaceWorld>(
          () => race(start, pair, options),
          (result) => check(result, pair),
        );
      } catch (cause) {
        throw new Error(`${start}, ${pair.join(" and ")}: ${(cause as Error).message}`, { cause });
      }
    }
  }
  return schedules;
}

/** G6: once something has ended the session, no token of before or of the race opens it, now or later. */
const checkEnded: Check = async (result, pair) => {
  const { world, results } = result;
  const ended = pair.some((it, index) => {
    // Where the same user's login was faster, that session is not the other user's any more, who must not end it.
    if (it === "login other" && pair[1 - index] === "login") return false;
    return ends(it, world.start !== "anonymous") && outcomeOf(results[index]).joined;
  });
  if (!ended) return;
  const { after, clock, token, id } = world;
  // A grace or a cache would end in between; a token would not.
  for (const wait of [0, 11_000, 20 * 60_000]) {
    clock.advance(wait);
    for (const presented of [token, ...tokensOf(result)]) {
      const session = await openWith(after, presented);
      // The same user's login after the mark is not what it ends, and goes on in the session that it was made in.
      const relogin = pair.includes("revoke user") && pair.includes("login") && presented !== token;
      if (relogin && session.userId === USER) continue;
      assert.notEqual(session.id, id, `a token opens the ended session after ${wait} ms`);
      assert.equal(
        session.has("before") && !isCarriedOver(world.start, pair),
        false,
        "its data are back",
      );
    }
  }
};

/** G4: after a login's commit no token of before it opens anything, nor one that a request made with such a token. */
const checkLogin: Check = async (result, pair) => {
  const { world, results } = result;
  const joined = pair.some((it, index) => isLogin(it) && outcomeOf(results[index]).joined);
  if (!joined) return;
  const { after, clock, token } = world;
  const strangers = pair.flatMap((it, index) =>
    isLogin(it) ? [] : (outcomeOf(results[index]).sets ?? []),
  );
  for (const wait of [0, 11_000]) {
    clock.advance(wait);
    assert.equal((await openWith(after, token)).isNew, true, "the token of before login opens");
    for (const other of strangers) {
      const session = await openWith(after, other);
      // What began after the login, with nothing, is a visitor's own.
      assert.equal(session.userId, undefined, "a token of beside the login is somebody");
      assert.equal(session.has("before"), false, "a token of beside the login shows data");
    }
  }
};

/** G5: nobody who did nothing wrong is logged out: the token of the response that comes last is good, long after every grace. */
const checkJar =
  (last: 0 | 1): Check =>
  async ({ world, results }, pair) => {
    const { after, clock, reused, start, token, id } = world;
    assert.deepEqual(reused, [], "taken for a thief");
    // Whoever logs in while the user is logged out everywhere may be meant.
    if (pair.some((it) => ends(it, start !== "anonymous")) || pair.includes("revoke user")) return;
    const outcomes = results.map(outcomeOf);
    const order = last === 1 ? outcomes : outcomes.toReversed();
    const jar = order.reduce((held, { sets }) => sets ?? held, token);
    const isLogins = pair.some((it, index) => isLogin(it) && outcomes[index]?.sets === jar);
    // Where a token of beside a login comes last, the browser forgets the login, and nobody but it can tell.
    if (pair.some(isLogin) && !isLogins) return;
    const isGood = async (): Promise<boolean> => {
      const session = await openWith(after, jar);
      return isLogins ? isUser(session.userId) : session.id === id && session.has("before");
    };
    assert.ok(await isGood(), "the browser is left with a token that is no good");
    clock.advance(11_000);
    assert.ok(await isGood(), "the browser's token is no good after a grace");
    assert.deepEqual(reused, [], "taken for a thief");
  };

export const staysEnded: Family = {
  check: checkEnded,
  concerns: (pair) => pair.some((it) => ends(it, true)),
};
export const endsTokensAtLogin: Family = {
  check: checkLogin,
  concerns: (pair) => pair.some(isLogin),
};
export const logsNobodyOut = (last: 0 | 1): Family => ({
  check: checkJar(last),
  concerns: (pair) => !pair.some((it) => ends(it, false) || it === "revoke user"),
});

/** A login that comes after the end stands, with what the anonymous session had only if it came before. */
function isCarriedOver(start: Start, pair: Pair): boolean {
  return start === "anonymous" && pair.some(isLogin);
}

function isUser(userId: string | undefined): boolean {
  return userId === USER || userId === OTHER;
}

function outcomeOf(result: Result["results"][number] | undefined): Outcome {
  if (!result || result.status === "rejected") throw result?.reason;
  return result.value;
}

function tokensOf({ results }: Result): string[] {
  return results.map((it) => outcomeOf(it).sets).filter((it) => it !== undefined);
}
