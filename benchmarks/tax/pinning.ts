import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** The words before a command that give it a core of its own. */
export interface Pinning {
  readonly server: readonly string[];
  readonly client: readonly string[];
}

/** The servers on one core, and this process with Redis on another; nothing where the system cannot. */
export function pin(): Pinning {
  if (availableParallelism() < 2) return { server: [], client: [] };
  try {
    execFileSync("taskset", ["-apc", "0", String(process.pid)], { stdio: "ignore" });
  } catch {
    return { server: [], client: [] };
  }
  return { server: ["taskset", "-c", "1"], client: ["taskset", "-c", "0"] };
}
