import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A path for a file that goes with the test, in a directory of its own. */
export function temporaryPath(name = "sessions.db"): string {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
  onTestFinished(() => rmSync(directory, { recursive: true, maxRetries: 3 }));
  return join(directory, name);
}

/**
 * Runs `code`, in which `sqliteStore`, `DatabaseSync` and `path` are defined, in `count` processes. They begin at the same
 * moment, after all have started. What each of them printed.
 */
export async function inProcesses(count: number, path: string, code: string): Promise<string[]> {
  const processes = Array.from({ length: count }, () => startProcess(path, code));
  await Promise.all(processes.map((one) => one.ready));
  for (const one of processes) one.go();
  return Promise.all(processes.map((one) => one.printed));
}

function startProcess(path: string, code: string) {
  const store = new URL("./store.ts", import.meta.url).href;
  const program = `
    import { readSync } from "node:fs";
    import { DatabaseSync } from "node:sqlite";
    import { sqliteStore } from ${JSON.stringify(store)};
    const path = ${JSON.stringify(path)};
    process.send("ready");
    readSync(0, Buffer.alloc(1));
    process.disconnect();
    ${code}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  let output = "";
  let complaints = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    complaints += chunk;
  });
  const printed = new Promise<string>((resolve, reject) => {
    child.once("close", (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`the other process failed: ${complaints}`));
    });
  });
  const ready = new Promise((resolve) => child.once("message", resolve));
  return { ready: Promise.race([ready, printed]), printed, go: () => child.stdin?.end("\n") };
}
