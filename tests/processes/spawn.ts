import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A file for a database, gone after the test. */
export function databasePath(): string {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return join(directory, "sessions.db");
}

/** Starts a worker of this folder in a process of its own. */
export function start(worker: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(worker, import.meta.url));
  const child = fork(file, args, {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "inherit", 2, "ipc"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** The worker's next message. Rejects if it ends without one. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the worker ended with ${code} and said nothing`);
  });
  const [said] = await Promise.race([once(child, "message"), ended]);
  return said as T;
}

/** Lets workers that have said they are ready begin at the same moment, and collects what they say at their end. */
export async function together<T>(workers: readonly ChildProcess[]): Promise<T[]> {
  await Promise.all(workers.map((worker) => message(worker)));
  const results = workers.map((worker) => message<T>(worker));
  for (const worker of workers) worker.send("go");
  return Promise.all(results);
}
