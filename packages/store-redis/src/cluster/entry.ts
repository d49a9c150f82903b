import type { SessionId } from "@coatcheck/core";

/** An entry to be removed. */
export interface Mark {
  readonly id: SessionId;
  /** As the server has it: an entry is only removed while it still has the same; `""` for whatever it has. */
  readonly score: string;
}

/** One session in its user's index. */
export interface Entry extends Mark {
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
export function scoresOf(entries: readonly Mark[]): string[] {
  return entries.flatMap(({ id, score }) => [id, score]);
}
