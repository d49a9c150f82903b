import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { guard } from "./guard.ts";
import type { User } from "./postgres-user.ts";
import { killTree } from "./process-tree.ts";
import { until } from "./until.ts";

/** How a program is started. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly user?: User | undefined;
}

/** A program that runs until it is told to end; it does not outlive this process. */
export class Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = "";

  constructor({ file, args, cwd, user }: Start) {
    const child = spawn(file, args, { cwd, ...user, stdio: ["ignore", "pipe", "pipe"] });
    child.on("error", (error) => {
      this.#output += error.message;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        this.#output = (this.#output + text).slice(-4_000);
      });
    }
    this.pid = child.pid ?? 0;
    this.#child = child;
    const dismiss = this.pid === 0 ? () => {} : this.#guard();
    this.#exited = new Promise<void>((resolve) => {
      child.once("close", () => resolve());
    }).then(dismiss);
  }

  get isRunning(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until `ask` says that nothing is lacking. Fails as soon as the program ends by itself; kills it if it fails. */
  async until(ask: () => Promise<string | undefined>): Promise<void> {
    try {
      await until(ask, () => {
        if (!this.isRunning) throw new Error(`it has ended: ${this.#output}`);
      });
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** As a crash of the machine's power supply would, with all its children: nobody gets to say good-bye. */
  async kill(): Promise<void> {
    const gone = this.#killNow();
    await this.#exited;
    await gone;
  }

  /** Asks it to end, and waits until it has. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) this.#child.kill(signal);
    await this.#exited;
  }

  #guard(): () => void {
    const act = () => void this.#killNow();
    return guard({ act, script: 'kill -9 "$1"', argument: String(this.pid) });
  }

  #killNow(): Promise<void> {
    return this.isRunning ? killTree(this.pid) : Promise.resolve();
  }
}

/** Runs a program to its end. */
export async function run({ file, args, cwd, user }: Start): Promise<void> {
  const child = spawn(file, args, { cwd, ...user, stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${complaint}`);
}
