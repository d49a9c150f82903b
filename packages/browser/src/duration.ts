import { refuse } from "./store/refuse.ts";

/**
 * A length of time with its unit: `"500ms"`, `"90s"`, `"30m"`, `"12h"`, `"14d"`.
 * A bare number is refused, since seconds or milliseconds is the field's oldest trap.
 */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNITS: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Milliseconds of a duration, endless without one; `option` names it in the error. */
export function milliseconds(value: unknown, option: string): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const [, count, unit = ""] =
    (typeof value === "string" && /^([\d.]+)(ms|[smhd])$/.exec(value)) || [];
  const length = Number(count) * (UNITS[unit] ?? 0);
  return length || refuse(option, 'must be a duration with its unit, like "30m"');
}
