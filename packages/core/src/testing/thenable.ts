const THEN = "then";

/** An object whose `then` is that, and which has nothing else. For tests. */
export function withThen(value: unknown): object {
  return { [THEN]: value };
}

/** What some drivers and query builders return: it can be awaited, and nothing else. For tests. */
export function thenable<T>(value: T): Promise<T> {
  const promise = Promise.resolve(value);
  return withThen(promise.then.bind(promise)) as Promise<T>;
}
