import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

/** A response, complete. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Each Set-Cookie line by itself. */
  readonly setCookies: readonly string[];
  readonly body: string;
}

export interface ConversationOptions {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** `[name, value, name, value]`. */
  readonly headers: readonly string[];
  readonly agent?: Agent | undefined;
}

/** One request and its response, while both are under way. */
export class Conversation {
  /** Resolves with status and headers. */
  readonly head: Promise<IncomingMessage>;
  /** Resolves when the response has ended; rejects where the server broke it off. */
  readonly answer: Promise<Answer>;
  readonly #abort: () => void;
  #begun = false;
  #body = "";
  #arrived: Array<() => void> = [];

  constructor({ port, method, path, headers, agent }: ConversationOptions) {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      headers,
      // A socket for each request, unless a case is about sharing one.
      agent: agent ?? false,
    });
    this.#abort = () => outgoing.destroy();
    this.head = new Promise((resolve, reject) => {
      outgoing.once("response", (response) => {
        this.#begun = true;
        resolve(response);
      });
      outgoing.once("error", reject);
    });
    this.answer = this.head.then((response) => this.#complete(response));
    // Whoever does not ask for the answer does not mind that there is none.
    this.answer.catch(() => {});
    outgoing.end();
  }

  /** Whether anything of the response has arrived. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  /** The body as far as it has come. */
  get received(): string {
    return this.#body;
  }

  /** Resolves when the body holds `part`. */
  async until(part: string): Promise<void> {
    await this.head;
    while (!this.#body.includes(part)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#arrived.push(resolve)),
        this.answer.then(() => {
          if (!this.#body.includes(part)) throw new Error(`the response ended without ${part}`);
        }),
      ]);
    }
  }

  /** Leaves in the middle. */
  abort(): void {
    this.#abort();
  }

  #complete(response: IncomingMessage): Promise<Answer> {
    response.setEncoding("utf8");
    return new Promise((resolve, reject) => {
      response.on("data", (chunk: string) => {
        this.#body += chunk;
        for (const wake of this.#arrived.splice(0)) wake();
      });
      response.once("error", reject);
      response.once("end", () => {
        const { statusCode = 0, headers } = response;
        const setCookies = headers["set-cookie"] ?? [];
        resolve({ status: statusCode, headers, setCookies, body: this.#body });
      });
    });
  }
}
