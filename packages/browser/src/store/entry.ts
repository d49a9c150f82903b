import type { Limits } from "./options.ts";

/** As it is stored, in JSON. A tuple, since its names would be a tenth of the package. */
export type Entry = readonly [
  /** 1: the value is plain. 2: it is the text of a seal around the value's JSON. */
  format: 1 | 2,
  /** Of the value's shape. */
  version: number,
  /** Milliseconds since the epoch, both. */
  createdAt: number,
  usedAt: number,
  value: unknown,
];

/** Up to here a time in the future is a clock that was put right, in milliseconds. */
const TOLERANCE = 60_000;

/** `undefined` for what no store wrote. */
export function parseEntry(text: string): Entry | undefined {
  try {
    const entry = JSON.parse(text);
    const ours = entry.length === 5 && entry.slice(0, 4).every(Number.isFinite);
    return ours ? entry : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `"clock"` for an entry of the future: it would outlive its `ttl` by as much as the clock was set back. Without a `ttl`
 * times do not matter.
 */
export function ageOf(
  [, , createdAt, usedAt]: Entry,
  { idle, absolute }: Limits,
  now: number,
): "alive" | "expired" | "clock" {
  if (now - createdAt >= absolute || now - usedAt >= idle) return "expired";
  const limited = Number.isFinite(Math.min(idle, absolute));
  return limited && Math.max(createdAt, usedAt) > now + TOLERANCE ? "clock" : "alive";
}
