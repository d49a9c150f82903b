import { generateKey } from "@coatcheck/core/sealed";
import { createPasswords, type PasswordsOptions } from "@coatcheck/password";
import { Progress } from "../capacity/progress.ts";
import { type Comparison, compare } from "./statistics.ts";

export interface TimingResult extends Comparison {
  readonly name: string;
  readonly cost: string;
  readonly pairs: number;
  /** Whether these two are meant to be told apart: that shows that the test can. */
  readonly expected: boolean;
}

type Verify = (password: string) => Promise<unknown>;

const PASSWORD = "correct horse battery staple";
const OLDER = { argon2: { memoryKiB: 256, passes: 2, floor: "none" } } as const;
const CHEAP = { argon2: { memoryKiB: 256, passes: 1, floor: "none" } } as const;

/** A wrong password of a real user, against a user that does not exist: one call at a time, in pairs of random order. */
export async function timings(pairs: number): Promise<TimingResult[]> {
  const results: TimingResult[] = [];
  for (const [cost, options, count] of [
    ["256 KiB, 1 pass", CHEAP, pairs * 10],
    ["256 KiB, 1 pass, pepper", { ...CHEAP, pepper: generateKey() }, pairs * 10],
    ["19 MiB, 2 passes", {}, pairs],
  ] as const satisfies [string, PasswordsOptions, number][]) {
    const passwords = createPasswords(options);
    const stored = await passwords.hash(PASSWORD);
    const other = await passwords.hash(`${PASSWORD}!`);
    const wrong: Verify = (it) => passwords.verify(it, stored);
    const unknown: Verify = (it) => passwords.verify(it, undefined);
    const run = async (name: string, first: Verify, second: Verify, expected = false) => {
      const comparison = await measure(`${name}, ${cost}`, first, second, count);
      results.push({ name, cost, pairs: count, expected, ...comparison });
    };
    await run("unknown user", wrong, unknown);
    if (count === pairs) {
      // Its error costs 0.3 µs more, which only the cheap hashes would show.
      const damaged = stored.slice(0, -3);
      await run("damaged row", wrong, (it) => passwords.verify(it, damaged).catch(() => undefined));
      continue;
    }
    await run("control: another user", wrong, (it) => passwords.verify(it, other));
    await run("control: nothing is done", wrong, async () => undefined, true);
    if ("pepper" in options) continue;
    const old = await createPasswords(OLDER).hash(PASSWORD);
    await run("control: a hash of another cost", wrong, (it) => passwords.verify(it, old), true);
  }
  return results;
}

async function measure(
  what: string,
  first: Verify,
  second: Verify,
  pairs: number,
): Promise<Comparison> {
  const progress = new Progress();
  const times: [number[], number[]] = [[], []];
  const kinds = [first, second] as const;
  const warmUp = Math.ceil(pairs / 10);
  for (let pair = -warmUp; pair < pairs; pair++) {
    if (pair % 50 === 0) progress.show(`${what}: ${Math.max(0, pair)} of ${pairs} pairs`);
    // In random order: whatever the first of two calls leaves behind meets both kinds alike.
    const order = Math.random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const);
    for (const kind of order) {
      const password = `wrong password ${pair}`;
      const start = process.hrtime.bigint();
      await kinds[kind](password);
      const time = Number(process.hrtime.bigint() - start) / 1000;
      if (pair >= 0) times[kind].push(time);
    }
  }
  progress.end();
  return compare(...times);
}
