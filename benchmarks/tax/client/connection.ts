import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Only if there is one, which is rare: the whole head, for who wants to read the cookies. */
  readonly head: string | undefined;
}

const END = "\r\n\r\n";

/** One kept-alive connection with one request under way. It knows as much of HTTP as our servers speak. */
export class Connection {
  readonly #socket: Socket;
  #rest: Buffer | undefined;
  #onReply: ((reply: Reply) => void) | undefined;
  #onFailure: ((error: Error) => void) | undefined;

  private constructor(port: number) {
    const buffer = Buffer.allocUnsafe(65_536);
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.#receive(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => this.#onFailure?.(error));
    this.#socket.on("close", () => this.#onFailure?.(new Error("the server closed a connection")));
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port);
    await once(connection.#socket, "connect");
    return connection;
  }

  send(request: Buffer, onReply: (reply: Reply) => void, onFailure: (error: Error) => void): void {
    this.#onReply = onReply;
    this.#onFailure = onFailure;
    this.#socket.write(request);
  }

  ask(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => this.send(request, resolve, reject));
  }

  close(): void {
    this.#onFailure = undefined;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    // A response may come in pieces: express-session holds its last byte back.
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const reply = parsed(bytes);
    if (!reply) {
      this.#rest = this.#rest ? bytes : Buffer.from(bytes);
      return;
    }
    this.#rest = undefined;
    this.#onReply?.(reply);
  }
}

function parsed(bytes: Buffer): Reply | undefined {
  const end = bytes.indexOf(END);
  if (end === -1) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  const from = end + END.length;
  if (!(bytes.length >= from + length)) {
    if (Number.isNaN(length)) throw new Error(`a response without a length:\n${head}`);
    return undefined;
  }
  return {
    status: Number(head.slice(9, 12)),
    body: bytes.toString("latin1", from, from + length),
    head: head.includes("et-cookie: ") || head.includes("et-Cookie: ") ? head : undefined,
  };
}
