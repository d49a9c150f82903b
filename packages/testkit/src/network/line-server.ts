import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** For the tests of this folder: a server that answers each line with `<line>!`, and its clients. */
export interface LineServer {
  readonly port: number;
  /** The lines that were executed. */
  readonly executed: string[];
  /** What has arrived of the line that is not complete yet. */
  readonly pending: string;
  /** How connections of clients ended. */
  readonly ends: string[];
  /** Destroys all connections. */
  drop(): void;
  close(): Promise<void>;
}

export async function lineServer(reply = (line: string) => `${line}!\n`): Promise<LineServer> {
  const executed: string[] = [];
  const ends: string[] = [];
  const sockets = new Set<Socket>();
  let pending = "";
  const server = createServer((socket) => {
    let rest = "";
    sockets.add(socket);
    socket.on("error", (error: NodeJS.ErrnoException) => ends.push(error.code ?? ""));
    socket.on("end", () => ends.push("end"));
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop() ?? "";
      pending = rest;
      for (const line of lines) {
        executed.push(line);
        socket.write(reply(line));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    executed,
    ends,
    get pending() {
      return pending;
    },
    drop,
    close: async () => {
      drop();
      if (server.listening) await once(server.close(), "close");
    },
  };
}

/** A client that keeps all it receives, and each piece of it. */
export class LineClient {
  readonly socket: Socket;
  readonly pieces: string[] = [];
  /** How the connection ended: "end", or the code of the error. */
  readonly ended: Promise<string>;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("data", (data) => this.pieces.push(String(data)));
    this.ended = new Promise((resolve) => {
      this.socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      this.socket.once("end", () => resolve("end"));
    });
  }

  get received(): string {
    return this.pieces.join("");
  }

  /** Sends a line, and resolves with all that was received once its reply is there. */
  async ask(line: string): Promise<string> {
    this.socket.write(`${line}\n`);
    return this.until(`${line}!\n`);
  }

  async until(text: string): Promise<string> {
    while (!this.received.endsWith(text)) await once(this.socket, "data");
    return this.received;
  }
}
