import { SessionConfigError } from "./errors.ts";
import { isObject } from "./object.ts";

/**
 * The options with `defaults` for those left out. The names in `defaults` are all there are (`undefined` for an option
 * without a default), so that a misspelt one cannot go unnoticed.
 */
export function complete<T extends object>(
  given: unknown,
  path: string,
  defaults: T,
  otherwise = "",
): T {
  if (!isObject(given)) fail(path || "options", `must be an object${otherwise}`);
  const names = Object.keys(defaults);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    fail(path === "" ? name : `${path}.${name}`, `is not an option; there are ${names.join(", ")}`);
  }
  const whole = { ...defaults } as Record<string, unknown>;
  for (const name of names) {
    const value = given[name];
    // Not for null: what reads like "none" must not turn into a default.
    if (value !== undefined) whole[name] = value;
  }
  return whole as T;
}

export function oneOf(option: string, value: unknown, ...allowed: unknown[]): void {
  if (allowed.includes(value)) return;
  fail(option, `must be ${allowed.map((it) => JSON.stringify(it)).join(" or ")}`);
}

export function mustBeFunction(option: string, value: unknown): void {
  if (typeof value !== "function") fail(option, "must be a function");
}

export function mustCount(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) fail(option, "must be a whole number from 1");
}

export function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
