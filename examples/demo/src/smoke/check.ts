import { inspect, isDeepStrictEqual } from "node:util";

let passed = 0;
let failed = 0;

/** One check: a line that says how it went. A failed one does not stop the others. */
export async function check(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error).replaceAll("\n", "\n        ")}`);
  }
}

export function same(actual: unknown, expected: unknown, what = ""): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what} ${inspect(actual)}, not ${inspect(expected)}`.trim());
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** The last line; `true` if all went well. */
export function summary(): boolean {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}
