import type { Program } from "./program.ts";
import { type AppendOnly, startRedisProcess } from "./redis-process.ts";
import { askRedis } from "./resp.ts";

// How long a node may be silent until it counts as dead, in milliseconds.
const NODE_TIMEOUT = 1_000;

const CONFIG = {
  "cluster-enabled": "yes",
  "cluster-config-file": "nodes.conf",
  "cluster-node-timeout": String(NODE_TIMEOUT),
  // However long a replica has been cut off, it may stand for election: nothing is to hang on a test's timing.
  "cluster-replica-validity-factor": "0",
  // The shape of the cluster is the test's to choose.
  "cluster-allow-replica-migration": "no",
  "repl-diskless-sync-delay": "0",
};

/** A node of a Redis cluster, as a test sees it. */
export interface ClusterNode {
  readonly port: number;
  /** Of the present process. */
  readonly pid: number;
  /** As of the last `ready()`. */
  readonly role: "primary" | "replica";
}

/** The same, as the cluster sees it. */
export class Node implements ClusterNode {
  readonly port: number;
  role: "primary" | "replica" = "primary";
  readonly #directory: string;
  readonly #appendonly: AppendOnly;
  #program: Program | undefined;

  constructor(port: number, directory: string, appendonly: AppendOnly) {
    this.port = port;
    this.#directory = directory;
    this.#appendonly = appendonly;
  }

  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#program?.isRunning ?? false;
  }

  async start(): Promise<void> {
    this.#program = await startRedisProcess({
      port: this.port,
      directory: this.#directory,
      appendonly: this.#appendonly,
      config: CONFIG,
    });
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  async restart(): Promise<void> {
    await this.#program?.end("SIGTERM");
    await this.start();
  }

  ask(...command: readonly string[]): Promise<string> {
    return askRedis({ port: this.port }, ...command);
  }
}
