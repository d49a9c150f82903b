/** A session's data with its keys: JSON values by name. */
export type Values = Record<string, unknown>;

/** Computes a key's new value from the present one (`undefined` where there is none). Runs again on a conflict. */
export type Updater = (value: unknown) => unknown;

/** What became of one key. `value` is what this request saw last; an update computes its own on the fresh data. */
export type KeyChange =
  | { readonly kind: "set"; readonly value: unknown; readonly late: boolean }
  | { readonly kind: "delete"; readonly late: boolean }
  | { readonly kind: "update"; readonly updaters: readonly Updater[]; readonly late: boolean };

/**
 * What one request did to the data, ready to be replayed on a newer version of it. Changes to different keys commute, so
 * one entry a key is enough; only a clearing comes before them all.
 */
export interface Changes {
  /** All keys but these were removed before the changes below (`clear()` keeps none). */
  readonly retain: ReadonlySet<string> | undefined;
  /** `late`: recorded after this request's `login` or `regenerate`. */
  readonly keys: ReadonlyMap<string, KeyChange>;
}

/** Applies `changes` to `fresh`, in place. `allowed` narrows them to some keys; the others are passed over. */
export function replay(
  fresh: Values,
  changes: Changes,
  allowed?: (key: string, late: boolean) => boolean,
): Values {
  const { retain } = changes;
  if (retain) {
    for (const key of Object.keys(fresh)) {
      if (!retain.has(key) && (allowed?.(key, false) ?? true)) delete fresh[key];
    }
  }
  for (const [key, change] of changes.keys) {
    if (allowed && !allowed(key, change.late)) continue;
    if (change.kind === "set") put(fresh, key, change.value);
    else if (change.kind === "delete") delete fresh[key];
    else {
      put(
        fresh,
        key,
        change.updaters.reduce((value, update) => update(value), own(fresh, key)),
      );
    }
  }
  return fresh;
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
