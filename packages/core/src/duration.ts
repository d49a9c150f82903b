import { fail } from "./config.ts";

/**
 * A length of time with its unit: `"500ms"`, `"90s"`, `"30m"`, `"12h"`, `"14d"`.
 * A bare number is refused, since seconds or milliseconds is the field's oldest trap.
 */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a duration; `option` names it in the error. */
export function milliseconds(value: unknown, option: string): number {
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) : null;
  if (match) return Math.round(Number(match[1]) * (UNITS[match[2] as string] as number));
  // An object's own text says nothing, and may not exist.
  const shown =
    typeof value === "string"
      ? JSON.stringify(value)
      : typeof value === "number"
        ? value
        : typeof value;
  fail(option, `must be a duration with its unit, like "30m" (ms, s, m, h, d), not ${shown}`);
}
