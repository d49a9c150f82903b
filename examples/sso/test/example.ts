import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../../../tests/servers/free-port.ts";
import { until } from "../../../tests/servers/until.ts";

/** The example as a process, as its start script runs it. */
export class Example {
  readonly provider: string;
  readonly shop: string;
  readonly desk: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.provider = `http://localhost:${port}`;
    this.shop = `http://localhost:${port + 1}`;
    this.desk = `http://localhost:${port + 2}`;
  }

  static async start(): Promise<Example> {
    const port = await freePort();
    const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    const example = new Example(child, port);
    const giveUp = () => {
      if (child.exitCode !== null) throw new Error(`ended at its start:\n${output}`);
    };
    for (const url of [example.provider, example.shop, example.desk]) {
      await until(async () => {
        const { status } = await fetch(url);
        return status === 200 ? undefined : `${url} answers ${status}`;
      }, giveUp);
    }
    return example;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const end = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await end;
  }
}
