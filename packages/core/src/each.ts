import { chain, type MaybePromise } from "./promise.ts";

/** `act` on one item after the other; at once, where it answers at once. */
export function each<T>(
  items: readonly T[],
  act: (item: T) => MaybePromise<unknown>,
): MaybePromise<void> {
  const [first, ...rest] = items;
  if (items.length === 0) return;
  return chain(act(first as T), () => each(rest, act));
}
