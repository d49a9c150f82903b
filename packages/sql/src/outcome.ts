import type { Evicted, SessionId } from "@coatcheck/core";

/** The contract's answer, from the word and the ids with which the database answers. */
export function outcomeOf<Word extends string>(
  word: unknown,
  evicted: readonly string[],
): Word | Evicted {
  return evicted.length > 0 ? { evicted: evicted as SessionId[] } : (word as Word);
}
