import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

/** Kills a process and its children at once; resolves when all are gone. The killing itself is synchronous. */
export function killTree(pid: number): Promise<void> {
  // Stopped first, so that it neither has more children nor sees one die before itself.
  signal(pid, "SIGSTOP");
  const children = processes().filter(({ parent }) => parent === pid);
  const pids = [pid, ...children.map((child) => child.pid)];
  for (const each of pids) signal(each, "SIGKILL");
  return until(async () => {
    // Children of the dead belong to whoever reaps, which may leave them as zombies for ever: they hold nothing.
    const alive = processes().filter(({ pid, state }) => pids.includes(pid) && state !== "Z");
    return alive.length > 0 ? `${alive.length} processes live on` : undefined;
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

function processes(): Process[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

// Not `ps`, which small images lack.
function fromProc(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name of the program stands between parentheses and may contain anything.
      const [, state = "", parent] = stat.slice(stat.lastIndexOf(")") + 1).split(" ");
      return [{ pid: Number(name), parent: Number(parent), state }];
    } catch {
      return [];
    }
  });
}

function fromPs(): Process[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state = ""] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state: state.slice(0, 1) };
    });
}
