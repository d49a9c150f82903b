import { spawnSync } from "node:child_process";

export interface Outcome {
  ok: boolean;
  stdout: string;
  /** Both streams, for a failure's report. */
  output: string;
}

/** Runs a program to its end and keeps what it printed. */
export function run(command: string, args: readonly string[], cwd: string): Outcome {
  const child = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
  const output = child.error?.message ?? child.stdout + child.stderr;
  return { ok: child.status === 0, stdout: child.stdout ?? "", output };
}
