import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { idOf, type Subject } from "../subject.ts";
import type { Answer, Question } from "./messages.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

export interface Launch {
  /** The binary of Node.js. */
  readonly node: string;
  /** `taskset -c 1`, or nothing. */
  readonly pinned: readonly string[];
  readonly redis: string;
  readonly keys?: string;
}

/** A server in a process of its own. */
export class Child {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(
    subject: Subject,
    { node, pinned, redis, keys = "first" }: Launch,
  ): Promise<Child> {
    const [command = node, ...rest] = [...pinned, node];
    const child = spawn(command, [...rest, "--no-warnings", MAIN, idOf(subject)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, NODE_ENV: "production", TAX_REDIS: redis, TAX_KEYS: keys },
    });
    const exited = once(child, "exit").then(([code]) => {
      throw new Error(`${idOf(subject)} ended with ${code} before it listened`);
    });
    const [{ port }] = (await Promise.race([once(child, "message"), exited])) as [{ port: number }];
    exited.catch(() => undefined);
    return new Child(child, port);
  }

  /** Microseconds of CPU so far. */
  async cpu(): Promise<number> {
    return ((await this.#ask("usage")) as { cpu: number }).cpu;
  }

  /** Bytes of heap so far; see `allocation.ts`. */
  async allocated(): Promise<number> {
    return ((await this.#ask("allocated")) as { allocated: number }).allocated;
  }

  /** A CPU profile of what it does while `work` runs, into a file. */
  async profile(file: string, work: () => Promise<unknown>): Promise<void> {
    await this.#ask({ profile: file });
    await work();
    await this.#ask("profiled");
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.send("stop" satisfies Question);
    await exited;
  }

  async #ask(question: Question): Promise<Answer> {
    const answer = once(this.#process, "message");
    this.#process.send(question);
    return ((await answer) as [Answer])[0];
  }
}
