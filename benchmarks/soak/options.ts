import { parseArgs } from "node:util";
import { type Duration, milliseconds } from "@coatcheck/core";
import { STORE_URLS } from "./store/open.ts";

/** What a soak is to do, checked and complete. Times in milliseconds unless named otherwise. */
export interface SoakOptions {
  readonly store: string;
  readonly seconds: number;
  readonly clients: number;
  readonly tabs: number;
  readonly processes: number;
  readonly seed: number;
  readonly perUser: number;
  readonly dataBytes: number;
  /** Weight of the operation `rotate`, where all others together have about 100. */
  readonly rotate: number;
  /** Also while a request is out with a cookie of several rotations ago. */
  /** Of a hundred responses, how many never reach the browser. */
  readonly lose: number;
  readonly idle: number;
  readonly grace: number;
}

export class UsageError extends Error {}

const FLAGS = {
  store: { type: "string" },
  seconds: { type: "string", default: "30" },
  clients: { type: "string", default: "64" },
  tabs: { type: "string", default: "4" },
  processes: { type: "string", default: "1" },
  seed: { type: "string" },
  "per-user": { type: "string", default: "5" },
  "data-bytes": { type: "string", default: "200" },
  rotate: { type: "string", default: "5" },
  lose: { type: "string", default: "2" },
  idle: { type: "string", default: "10s" },
  grace: { type: "string", default: "5s" },
  help: { type: "boolean", default: false },
} as const;

export const USAGE = `usage: pnpm soak --store URL [options]

  --store URL       ${STORE_URLS.join("  ")}
  --seconds 30      how long
  --clients 64      requests at once: the browsers' tabs
  --tabs 4          tabs of one browser, which share its cookie jar
  --processes 1     server processes; memory: has 1
  --seed N          of the clients' choices; default: drawn, and printed
  --per-user 5      limits.perUser
  --data-bytes 200  that each client writes under its own key
  --rotate 5        weight of rotations; the other operations have about 100 together
  --lose 2          of a hundred responses, how many never reach the browser
  --idle 10s        idle timeout; longer if you stop the server for longer
  --grace 5s        rotationGrace
`;

/** Throws a `UsageError` that names the argument. */
export function parseOptions(args: readonly string[]): SoakOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const { store } = values;
  if (store === undefined) throw new UsageError("--store is missing");
  if (!STORE_URLS.some((known) => store.startsWith(known.slice(0, known.indexOf(":") + 1)))) {
    throw new UsageError(`--store ${store}: no such store`);
  }
  const options: SoakOptions = {
    store,
    seconds: number("seconds", values.seconds, 0.1, 1e7),
    clients: whole("clients", values.clients, 1, 10_000),
    tabs: whole("tabs", values.tabs, 1, 1_000),
    processes: whole("processes", values.processes, 1, 64),
    seed: whole("seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 31)), 0, 2 ** 32),
    perUser: whole("per-user", values["per-user"], 1, 1_000),
    dataBytes: whole("data-bytes", values["data-bytes"], 0, 10_000_000),
    rotate: number("rotate", values.rotate, 0, 10_000),
    lose: number("lose", values.lose, 0, 100),
    idle: duration("idle", values.idle, 2_000),
    grace: duration("grace", values.grace, 0),
  };
  if (store === "memory:" && options.processes > 1) {
    throw new UsageError("--processes: memory: cannot be shared, so it has 1");
  }
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} ${text}: must be a number from ${least} to ${most}`);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`--${name} ${text}: must be a whole number`);
}

function duration(name: string, text: string, least: number): number {
  try {
    const value = milliseconds(text as Duration, `--${name}`);
    if (value >= least) return value;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  throw new UsageError(`--${name} ${text}: must be at least ${least}ms`);
}
