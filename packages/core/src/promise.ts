/** A value that may be there at once: synchronous stores never cost a trip through the microtask queue. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}

/** `fn(value)`, at once where the value is at hand. */
export function chain<T, U>(
  value: MaybePromise<T>,
  fn: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return isPromise(value) ? value.then(fn) : fn(value);
}

/** Runs `work` and hands its failure, thrown or rejected, to `onError`. */
export function attempt<T>(
  work: () => MaybePromise<T>,
  onError: (error: unknown) => MaybePromise<T>,
): MaybePromise<T> {
  try {
    const value = work();
    return isPromise(value) ? value.then(undefined, onError) : value;
  } catch (error) {
    return onError(error);
  }
}

/** All of them, at once where all are at hand. */
export function all<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((value) => isPromise(value)) ? Promise.all(values) : (values as readonly T[]);
}
