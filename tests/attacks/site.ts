import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Answer, Visitor } from "@coatcheck/testkit";
import { message } from "../processes/spawn.ts";
import type { Job } from "./server.worker.ts";

/** What every request of a visitor tells. */
export interface Told {
  readonly id: string;
  readonly userId: string | null;
  readonly data: Record<string, unknown>;
}

/** An application in one or two processes that share their sessions. */
export class Site {
  readonly #processes: readonly ChildProcess[];
  readonly #ports: readonly number[];

  private constructor(processes: readonly ChildProcess[], ports: readonly number[]) {
    this.#processes = processes;
    this.#ports = ports;
  }

  static async start(job: Job): Promise<Site> {
    const file = fileURLToPath(new URL("./server.worker.ts", import.meta.url));
    const processes = Array.from({ length: job.driver === "memory" ? 1 : 2 }, () =>
      fork(file, [JSON.stringify(job)], {
        execArgv: ["--no-warnings"],
        stdio: ["ignore", "inherit", 2, "ipc"],
      }),
    );
    return new Site(processes, await Promise.all(processes.map((it) => message<number>(it))));
  }

  stop(): void {
    for (const process of this.#processes) process.kill("SIGKILL");
  }

  get ports(): readonly number[] {
    return this.#ports;
  }

  visitor(process = 0): Visitor {
    return new Visitor(this.#portOf(process));
  }

  /** Another client with the same cookies, at the process of that number; there may be but one. */
  at(process: number, visitor: Visitor): Visitor {
    return visitor.twin(this.#portOf(process));
  }

  /**
   * Requests by copies of visitors, the processes in turn, that wait in their handlers until all are there and then go on at
   * once: each has opened its session before any does anything.
   */
  async together(
    requests: readonly (readonly [of: Visitor, path: string])[],
  ): Promise<{ readonly tab: Visitor; readonly answer: Answer }[]> {
    const begun = requests.map(([of, path], at) => {
      const tab = this.at(at, of);
      return { tab, talk: tab.begin("GET", `${path}${path.includes("?") ? "&" : "?"}hold`) };
    });
    const shares = this.#ports.map(
      (_, process) => requests.filter((__, at) => at % this.#ports.length === process).length,
    );
    await Promise.all(this.#ports.map((port, at) => ask(port, `held?count=${shares[at]}`)));
    await this.everywhere("release");
    return Promise.all(begun.map(async ({ tab, talk }) => ({ tab, answer: await talk.answer })));
  }

  /** Time goes on, in every process. */
  async advance(ms: number): Promise<void> {
    await this.everywhere(`advance?ms=${ms}`);
  }

  async countOf(user: string): Promise<unknown> {
    return ask(this.#portOf(0), `count?user=${user}`);
  }

  async revoke(user: string): Promise<unknown> {
    return ask(this.#portOf(1), `revoke?user=${user}`);
  }

  async everywhere(path: string): Promise<void> {
    await Promise.all(this.#ports.map((port) => ask(port, path)));
  }

  #portOf(process: number): number {
    return this.#ports[process % this.#ports.length] as number;
  }
}

async function ask(port: number, path: string): Promise<unknown> {
  return JSON.parse((await new Visitor(port).get(`/test/${path}`)).body);
}

/** What a visitor is told, which must not be an error. */
export async function told(answer: Promise<Answer>): Promise<Told> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`${status}: ${body}`);
  return JSON.parse(body);
}
