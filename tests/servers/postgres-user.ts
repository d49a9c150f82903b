import { execFileSync } from "node:child_process";

/** Whom a program runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, as which a container's tests run. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** The user that the packages of Postgres create. */
export function postgresUser(): User | undefined {
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

function id(flag: string): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: "pipe" }));
}
