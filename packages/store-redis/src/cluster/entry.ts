import type { SessionId } from "@coatcheck/core";

/** One session in its user's index. */
export interface Entry {
  readonly id: SessionId;
  /** As the server has it: an entry is only removed while it still has the same. */
  readonly score: string;
  /** A place that was taken a moment ago: its session may be about to be written. */
  readonly young: boolean;
}

/** Of the answer of a script: id, score and youth of each. */
export function entriesOf(answer: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < answer.length; i += 3) {
    const [id, score, young] = answer.slice(i) as [SessionId, string, string];
    entries.push({ id, score, young: young === "1" });
  }
  return entries;
}

/** As arguments of a script. */
export function scoresOf(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ id, score }) => [id, score]);
}
