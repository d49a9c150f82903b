import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { Client, type Finding } from "./client.ts";

export interface LoadOptions {
  readonly port: number;
  /** Default: 16. */
  readonly clients?: number;
}

/** Clients that come and go, read and write, without a pause but after a 503. */
export class Load {
  readonly clients: readonly Client[];
  readonly findings: Finding[] = [];
  /** How often the application answered 503. */
  refused = 0;
  /** How often it did what it was asked. */
  acknowledged = 0;
  /** The longest time that a 503 took, in milliseconds. */
  slowestRefusal = 0;
  readonly #lives: Promise<unknown>;
  #waiting: Array<{ readonly isOver: () => boolean; readonly resolve: () => void }> = [];
  #isOver = false;

  constructor({ port, clients = 16 }: LoadOptions) {
    this.clients = Array.from(
      { length: clients },
      (_, i) => new Client(port, `user${i}`, (answer) => this.#note(answer), this.findings),
    );
    this.#lives = Promise.all(this.clients.map((client) => this.#live(client)));
    // Whoever waits for the load gets its error; after a test that has failed elsewhere nobody does.
    this.#lives.catch(() => {});
    onTestFinished(() => {
      this.#isOver = true;
    });
  }

  /** Resolves when each client has had `times` more acknowledgements. */
  progress(times: number): Promise<void> {
    const goals = this.clients.map((client) => client.acknowledged + times);
    return this.#until(() => this.clients.every((it, i) => it.acknowledged >= (goals[i] ?? 0)));
  }

  /** Resolves when `times` more requests have been answered 503. */
  refusals(times: number): Promise<void> {
    const goal = this.refused + times;
    return this.#until(() => this.refused >= goal);
  }

  /** Ends the load, and has every client compare what there is with what it knows. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#lives;
    await Promise.all(this.clients.map((client) => client.audit()));
  }

  async #live(client: Client): Promise<void> {
    while (!this.#isOver) {
      // As a client that was told to come back later.
      if (!(await client.act())) await wait(10 + Math.random() * 20);
    }
  }

  #until(isOver: () => boolean): Promise<void> {
    // A client that fails for good ends the wait with its error.
    const over = new Promise<void>((resolve) => this.#waiting.push({ isOver, resolve }));
    return Promise.race([over, this.#lives.then(() => {})]);
  }

  #note({ status, ms }: { readonly status: number; readonly ms: number }): void {
    if (status === 503) {
      this.refused += 1;
      this.slowestRefusal = Math.max(this.slowestRefusal, ms);
    } else this.acknowledged += 1;
    this.#waiting = this.#waiting.filter(({ isOver, resolve }) => {
      if (!isOver()) return true;
      resolve();
      return false;
    });
  }
}
