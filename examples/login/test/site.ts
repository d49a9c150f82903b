import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../tests/servers/free-port.ts";
import { until } from "../../../tests/servers/until.ts";

/** An application, and how it is started. */
export interface Application {
  readonly name: string;
  readonly file: string;
  readonly loader?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** An application as a process of its own, with its databases in a directory of its own. */
export class Site {
  readonly port: number;
  readonly directory: string;
  readonly #application: Application;
  #child: ChildProcess | undefined;

  private constructor(application: Application, port: number, directory: string) {
    this.#application = application;
    this.port = port;
    this.directory = directory;
  }

  static async start(application: Application): Promise<Site> {
    const directory = await mkdtemp(join(tmpdir(), "coatcheck-login-"));
    const site = new Site(application, await freePort(), directory);
    await site.#start();
    return site;
  }

  /** Ends the process and starts it again, with a clock that is ahead by so much. */
  async restart(clockAhead: number): Promise<void> {
    await this.#stop();
    const preload = ["--import", import.meta.resolve("./clock-ahead.ts")];
    await this.#start(preload, { CLOCK_AHEAD: String(clockAhead) });
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(this.directory, { recursive: true });
  }

  async #start(options: readonly string[] = [], more: Record<string, string> = {}): Promise<void> {
    const { file, loader, env } = this.#application;
    const imported = loader === undefined ? [] : ["--import", loader];
    const child = spawn(process.execPath, [...imported, ...options, file], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, ...env, ...more, PORT: `${this.port}`, DATA_DIR: this.directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    await until(
      async () => {
        const { status } = await fetch(`http://localhost:${this.port}/login`);
        return status === 200 ? undefined : `GET /login answers ${status}`;
      },
      () => {
        if (child.exitCode !== null) throw new Error(`ended at its start:\n${output}`);
      },
    );
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, "exit");
    child.kill("SIGTERM");
    await end;
  }
}
