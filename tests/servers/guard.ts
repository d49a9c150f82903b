import { spawn } from "node:child_process";
import type { Socket } from "node:net";

const acts = new Set<() => void>();

process.on("exit", () => {
  for (const act of acts) act();
});

/** What is to happen when this process ends before its tests could clean up. */
export interface Guard {
  /** At an orderly exit. It cannot wait for anything. */
  readonly act: () => void;
  /** A line of shell, which runs after any other end too, SIGKILL of this process included: runners do that to a test that hangs. */
  readonly script: string;
  /** Is `$1` in the script. */
  readonly argument: string;
}

/** Sets a guard; call the function that is returned when there is nothing left to guard. */
export function guard({ act, script, argument }: Guard): () => void {
  acts.add(act);
  // Its input is a pipe that ends with this process. It ignores what a terminal sends to all at once.
  const line = `trap "" INT TERM HUP; read -r _; ${script}`;
  const shell = spawn("/bin/sh", ["-c", line, "sh", argument], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => {
    acts.delete(act);
    shell.kill("SIGKILL");
  };
}
