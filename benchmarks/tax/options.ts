import { parseArgs } from "node:util";
import {
  type Framework,
  frameworks,
  idOf,
  type Subject,
  type Workload,
  workloads,
} from "./subject.ts";

export interface Options {
  readonly frameworks: readonly Framework[];
  readonly workloads: readonly Workload[];
  /** Of each server, one after the other. */
  readonly processes: number;
  /** Of each process. */
  readonly rounds: number;
  /** Of each slice. */
  readonly seconds: number;
  /** Requests of each workload before any is timed. */
  readonly warmUp: number;
  /** Seconds of reads in one piece; 0 for none. */
  readonly sustained: number;
  /** The binary of Node.js that runs the servers. */
  readonly node: string;
  readonly redis: string | undefined;
  readonly json: string | undefined;
  /** A directory, for profiles of the servers' CPU. */
  readonly profiles: string | undefined;
  includes(subject: Subject): boolean;
}

export const USAGE = `pnpm tax [options]
  --only fastify,koa        frameworks; default: ${frameworks.join(",")}
  --servers PATTERN         a regular expression for "fastify coatcheck-redis"; the bare server always takes part
  --workloads read,write    default: ${workloads.join(",")}
  --processes N             of each server, one after the other, default 3: where code and data come to lie differs, by 2 µs a request
  --rounds N                of each process, default 15
  --seconds S               of each server in each round, default 0.1: short, so that what else the machine does meets all alike
  --warm-up N               requests of each workload before any is timed, default 30000: writes take long to be compiled
  --sustained S             of reads in one piece at the end, default 8; 0 for none
  --node PATH               the Node.js of the servers; default: this one
  --redis URL               a Redis that runs; default: one is started
  --json FILE               everything that was measured
  --profiles DIR            a CPU profile of each server under each workload, and a list of the hottest functions`;

/** Throws a `TypeError` for what it does not understand. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", default: frameworks.join(",") },
      servers: { type: "string", default: "" },
      workloads: { type: "string", default: workloads.join(",") },
      processes: { type: "string", default: "3" },
      rounds: { type: "string", default: "15" },
      seconds: { type: "string", default: "0.1" },
      "warm-up": { type: "string", default: "30000" },
      sustained: { type: "string", default: "8" },
      node: { type: "string", default: process.execPath },
      redis: { type: "string" },
      json: { type: "string" },
      profiles: { type: "string" },
    },
  });
  const pattern = new RegExp(values.servers);
  return {
    frameworks: listed("only", values.only, frameworks),
    workloads: listed("workloads", values.workloads, workloads),
    processes: Math.ceil(positive("processes", values.processes)),
    rounds: Math.ceil(positive("rounds", values.rounds)),
    seconds: positive("seconds", values.seconds),
    warmUp: Math.ceil(positive("warm-up", values["warm-up"])),
    sustained: values.sustained === "0" ? 0 : positive("sustained", values.sustained),
    node: values.node,
    redis: values.redis,
    json: values.json,
    profiles: values.profiles,
    includes: (subject) => subject.kind === "bare" || pattern.test(idOf(subject)),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new TypeError(`--${name} must be a number above 0`);
  return value;
}

function listed<Name extends string>(option: string, text: string, known: readonly Name[]): Name[] {
  return text.split(",").map((name) => {
    const found = known.find((it) => it === name);
    if (!found) throw new TypeError(`--${option} knows ${known.join(", ")}, not ${name}`);
    return found;
  });
}
