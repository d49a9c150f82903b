/** Bytes of heap of each operation, and the Node.js that they were counted with: another one takes other amounts. */
export interface Counts {
  readonly node: string;
  readonly bytes: Readonly<Record<string, number>>;
}

export interface Change {
  readonly name: string;
  readonly recorded: number | undefined;
  readonly counted: number | undefined;
  /** A new operation, or one that is gone, is to be recorded. */
  readonly verdict: "same" | "grown" | "shrunk" | "unrecorded" | "gone";
}

/** How much may go unnoticed, up and down. */
export const TOLERANCE = 0.1;

export function compared(recorded: Counts["bytes"], counted: Counts["bytes"]): Change[] {
  const names = new Set([...Object.keys(counted), ...Object.keys(recorded)]);
  return [...names].map((name) => {
    const [before, now] = [recorded[name], counted[name]];
    return { name, recorded: before, counted: now, verdict: verdictOn(before, now) };
  });
}

function verdictOn(before: number | undefined, now: number | undefined): Change["verdict"] {
  if (before === undefined) return "unrecorded";
  if (now === undefined) return "gone";
  if (now > before * (1 + TOLERANCE)) return "grown";
  return now < before * (1 - TOLERANCE) ? "shrunk" : "same";
}
