import { milliseconds, SessionConfigError } from "@coatcheck/core";
import type { CommonSettings, SqlStoreOptions } from "./options.ts";

const SHORTEST_MS = 1_000;
/** With the jitter still within what `setTimeout` can wait. */
const LONGEST_MS = 14 * 86_400_000;

/** Checks the options that all stores have. Throws a `SessionConfigError` that names the option and the remedy. */
export function commonSettingsOf(options: SqlStoreOptions, tableName: RegExp): CommonSettings {
  const { table = "coatcheck_session", clock = () => Date.now(), maxSwept } = options;
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  if (maxSwept !== undefined && !(Number.isSafeInteger(maxSwept) && maxSwept > 0)) {
    fail("maxSwept", "must be a whole number from 1");
  }
  return {
    table: identifier("table", table, tableName),
    clock,
    maxSwept: maxSwept ?? Number.POSITIVE_INFINITY,
    sweepEvery: options.sweepEvery === undefined ? undefined : every(options.sweepEvery),
  };
}

/** Refuses what is no option: a typo would otherwise be a default. */
export function knowOnly(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) fail("options", "must be an object");
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) fail(name, `is not an option; there are ${known.join(", ")}`);
  }
}

/** A name that may stand in SQL between quotes, since `pattern` lets no quote through. */
export function identifier(option: string, value: unknown, pattern: RegExp): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  const dotted = typeof value === "string" && value.includes(".");
  fail(
    option,
    dotted
      ? "must be one name without a dot: choose the schema or database apart from it"
      : `must match ${pattern.source}`,
  );
}

export function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}

function every(value: unknown): number {
  const length = milliseconds(value, "sweepEvery");
  if (length < SHORTEST_MS || length > LONGEST_MS) {
    fail("sweepEvery", 'must be from "1s" to "14d"');
  }
  return length;
}
