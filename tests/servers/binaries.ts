import { execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isRoot, postgresUser } from "./postgres-user.ts";

/** The programs of a server, and why its tests cannot run; `undefined` where they can. */
export interface Binaries<Name extends string> {
  readonly path: Readonly<Record<Name, string>>;
  readonly missing: string | undefined;
}

export const redisBinary = (): Binaries<"redis-server"> => find(["redis-server"], onPath(), "PATH");

/** Distributions keep the server itself off PATH. */
export function postgresBinaries(): Binaries<"initdb" | "postgres"> {
  const versions = list("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
  const directories = [
    ...configured(),
    ...versions.map((version) => join("/usr/lib/postgresql", version, "bin")),
    ...onPath(),
  ];
  const where = "`pg_config --bindir`, /usr/lib/postgresql or PATH";
  const found = find(["initdb", "postgres"], directories, where);
  if (found.missing !== undefined || !isRoot() || postgresUser() !== undefined) return found;
  return { ...found, missing: "Postgres does not run as root, and there is no user postgres" };
}

function find<Name extends string>(
  names: readonly Name[],
  directories: readonly string[],
  where: string,
): Binaries<Name> {
  const directory = directories.find((candidate) =>
    names.every((name) => isExecutable(join(candidate, name))),
  );
  const path = Object.fromEntries(names.map((name) => [name, join(directory ?? "", name)]));
  return {
    path: path as Record<Name, string>,
    missing: directory === undefined ? `no ${names.join(" and ")} in ${where}` : undefined,
  };
}

const onPath = (): string[] => (process.env.PATH ?? "").split(delimiter).filter(Boolean);

function configured(): string[] {
  try {
    return [execFileSync("pg_config", ["--bindir"], { encoding: "utf8", stdio: "pipe" }).trim()];
  } catch {
    return [];
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
