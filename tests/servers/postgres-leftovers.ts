import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes what a killed Postgres leaves behind and could stand in the way of a restart. Only once all of its processes are gone. */
export function removeLeftovers(directory: string, data: string): void {
  const lock = join(data, "postmaster.pid");
  const [, , , port, , , memory = ""] = read(lock).split("\n");
  const [, memoryId] = memory.trim().split(/\s+/);
  // Else the few bytes of System V memory that mark a data directory as in use stay until the machine is restarted.
  if (memoryId) spawnSync("ipcrm", ["-m", memoryId], { stdio: "ignore" });
  // The number of the dead may by now be another process's, which would pass for a running server.
  rmSync(lock, { force: true });
  if (port) rmSync(join(directory, `.s.PGSQL.${port}.lock`), { force: true });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
