import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const PATIENCE_MS = 20_000;

export interface Ending {
  readonly code: number | null;
  readonly output: string;
}

/** The demo as its own process, started as `pnpm demo` starts it. */
export class DemoProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  output = "";

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [...process.execArgv, MAIN], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
  }

  /** Resolves when it says that it is up; an error with all it said if it ends instead. */
  async up(): Promise<void> {
    const said = new Promise<void>((resolve) => {
      this.#child.stdout?.on("data", () => {
        if (this.output.includes("Stop  Ctrl-C")) resolve();
      });
    });
    const ended = this.#ended.then(() => {
      throw new Error(`the demo ended at its start:\n${this.output}`);
    });
    await Promise.race([said, ended, late("start")]);
  }

  async stop(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return this.end();
  }

  async end(): Promise<Ending> {
    await Promise.race([this.#ended, late("end")]);
    return { code: this.#child.exitCode, output: this.output };
  }

  /** For the end of the smoke test, however it ended. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

function late(what: string): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Error(`the demo did not ${what} within ${PATIENCE_MS / 1000} s`);
    setTimeout(() => reject(error), PATIENCE_MS).unref();
  });
}
