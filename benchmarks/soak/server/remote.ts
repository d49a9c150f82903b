import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ask, Reply, Server, ServerSettings } from "./message.ts";

/** Number and content, several to a message: one message a request would cost more than the request. */
export type Numbered<T> = readonly [number: number, content: T];

const WORKER = fileURLToPath(new URL("./process.ts", import.meta.url));

/** Answers requests by a manager in a process of its own. One that is killed is started again; its requests' outcomes are unknown. */
export class RemoteServer implements Server {
  readonly #settings: ServerSettings;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #child: ChildProcess | undefined;
  #outbox: Numbered<Ask>[] = [];
  #next = 0;
  #closing = false;

  private constructor(settings: ServerSettings) {
    this.#settings = settings;
  }

  static async start(settings: ServerSettings): Promise<RemoteServer> {
    const server = new RemoteServer(settings);
    await server.#spawn();
    return server;
  }

  ask(ask: Ask): Promise<Reply> {
    return new Promise((resolve) => {
      const number = this.#next++;
      this.#waiting.set(number, resolve);
      if (this.#outbox.length === 0) setImmediate(() => this.#flush());
      this.#outbox.push([number, ask]);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child?.connected) {
      child.disconnect();
      await once(child, "exit");
    }
  }

  async #spawn(): Promise<void> {
    const child = fork(WORKER, [JSON.stringify(this.#settings)], { execArgv: ["--no-warnings"] });
    const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
    if (first !== "ready") throw new Error("a server process did not start");
    child.on("message", (replies) => {
      for (const [number, reply] of replies as Numbered<Reply>[]) this.#settle(number, reply);
    });
    child.once("exit", () => this.#died());
    child.on("error", () => {});
    this.#child = child;
  }

  #flush(): void {
    const asks = this.#outbox;
    this.#outbox = [];
    if (this.#child?.connected) {
      this.#child.send(asks, () => {});
      return;
    }
    // As a load balancer would: nothing was sent, so nothing can have happened.
    const text = "the server process is being started";
    setTimeout(() => {
      for (const [number] of asks) this.#settle(number, unanswered(text, false));
    }, 50);
  }

  #died(): void {
    this.#child = undefined;
    for (const number of this.#waiting.keys()) {
      this.#settle(number, unanswered("the server process ended", true));
    }
    if (this.#closing) return;
    this.#spawn().catch((error: unknown) => console.error(error));
  }

  #settle(number: number, reply: Reply): void {
    this.#waiting.get(number)?.(reply);
    this.#waiting.delete(number);
  }
}

function unanswered(text: string, unknown: boolean): Reply {
  const error = { code: "process", unknown, text } as const;
  return { ended: [], conflicts: 0, reused: 0, micros: 0, error };
}
