/** A session's data with its keys: JSON values by name. */
export type Values = Record<string, unknown>;

/** Computes a key's new value from the present one (`undefined` where there is none). Runs again on a conflict. */
export type Updater = (value: unknown) => unknown;

/** What became of one key: updaters compute its value on the fresh data; without them it was set, or with `undefined` deleted. */
export interface KeyChange {
  readonly value?: unknown;
  readonly updaters?: readonly Updater[] | undefined;
  /** Recorded after this request's `login` or `regenerate`. */
  readonly late: boolean;
}

/**
 * What one request did to the data, ready to be replayed on a newer version of it. Changes to different keys commute, so
 * one entry a key is enough; only a clearing comes before them all.
 */
export interface Changes {
  /** All keys but these were removed before the changes below (`clear()` keeps none). */
  readonly retain: ReadonlySet<string> | undefined;
  readonly keys: ReadonlyMap<string, KeyChange>;
}

/** Changes as they come about. */
export class ChangeLog implements Changes {
  retain: ReadonlySet<string> | undefined;
  readonly keys = new Map<string, KeyChange>();

  get isEmpty(): boolean {
    return this.retain === undefined && this.keys.size === 0;
  }

  /** Whether the key is as this request itself set or cleared it, whatever others do: an update there has nothing to run again on. */
  owns(key: string): boolean {
    const change = this.keys.get(key);
    return change ? change.updaters === undefined : this.retain?.has(key) === false;
  }

  record(key: string, change: KeyChange): void {
    const { updaters, late } = change;
    const before = this.keys.get(key);
    const adds = updaters !== undefined && (before !== undefined || this.owns(key));
    const all = adds ? { ...before, updaters: before?.updaters?.concat(updaters), late } : change;
    this.keys.set(key, all);
  }

  /** Everything but `retain` is removed, and what was done to it is forgotten. */
  clear(retain: ReadonlySet<string>): void {
    for (const key of this.keys.keys()) if (!retain.has(key)) this.keys.delete(key);
    const before = this.retain;
    this.retain = before ? new Set([...retain].filter((key) => before.has(key))) : retain;
  }

  /** These changes, with `later` on top of them. */
  append(later: Changes): this {
    if (later.retain) this.clear(later.retain);
    for (const [key, change] of later.keys) this.record(key, change);
    return this;
  }
}

/** Applies `changes` to `fresh`, in place. `allowed` narrows them to some keys; the others are passed over. */
export function replay(
  fresh: Values,
  { retain, keys }: Changes,
  allowed: (key: string, late: boolean) => boolean = () => true,
): Values {
  if (retain) prune(fresh, (key) => retain.has(key) || !allowed(key, false));
  for (const [key, { value, updaters, late }] of keys) {
    if (allowed(key, late)) put(fresh, key, updaters ? run(updaters, own(fresh, key)) : value);
  }
  return fresh;
}

export function run(updaters: readonly Updater[], value: unknown): unknown {
  return updaters.reduce((before, update) => update(before), value);
}

/** Removes all other keys. */
export function prune(values: Values, stays: (key: string) => boolean): void {
  for (const key of Object.keys(values)) if (!stays(key)) delete values[key];
}

/** The key's own value: an inherited one (`constructor`, `toString`) is none. */
export function own(values: Values, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** Sets the key's own value; `undefined` removes it, since JSON would. Safe for a key named `__proto__`. */
export function put(values: Values, key: string, value: unknown): void {
  if (value === undefined) delete values[key];
  else if (key !== "__proto__") values[key] = value;
  else {
    const property = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(values, key, property);
  }
}
