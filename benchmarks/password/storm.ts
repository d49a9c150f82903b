import { createPasswords, type PasswordsOptions } from "@coatcheck/password";
import { quantile } from "./statistics.ts";

export interface StormResult {
  readonly logins: number;
  readonly seconds: number;
  /** Milliseconds from the call to its answer, the wait included. */
  readonly p50: number;
  readonly p99: number;
  /** MiB: what the process grew by at its highest, and what may be. */
  readonly growth: number;
  readonly bound: number;
  readonly right: number;
}

const PASSWORD = "correct horse battery staple";
/** Beside the memory of the hashes: the calls that wait, the machine code, the stacks of the threads. */
const BESIDE = 16 * 2 ** 20;

/** All at once: a third right, a third wrong, a third of users that do not exist. In a process of its own, since the peak never falls. */
export async function storm(logins: number, options: PasswordsOptions): Promise<StormResult> {
  const passwords = createPasswords({ ...options, maxStoredKiB: 1 });
  const stored = await createPasswords({ ...options, concurrency: 1 }).hash(PASSWORD);
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  const start = performance.now();
  const results = await Promise.all(
    Array.from({ length: logins }, async (_, index) => {
      const result = await passwords.verify(
        index % 3 === 0 ? PASSWORD : `wrong password ${index}`,
        index % 3 === 2 ? undefined : stored,
      );
      times.push(performance.now() - start);
      return result.ok;
    }),
  );
  return {
    logins,
    seconds: (performance.now() - start) / 1000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    growth: (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20,
    bound: (passwords.memoryBound + BESIDE) / 2 ** 20,
    right: results.filter(Boolean).length,
  };
}
