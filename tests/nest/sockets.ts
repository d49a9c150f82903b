import { once } from "node:events";
import type { INestApplication, WebSocketAdapter } from "@nestjs/common";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { WsAdapter } from "@nestjs/platform-ws";
import { io } from "socket.io-client";
import { WebSocket } from "ws";

/** A connection to a gateway: sends an event, and gives what comes back. */
export interface Connection {
  ask(event: string): Promise<{ readonly event: string; readonly data: unknown }>;
  /** Once the server has closed it. */
  readonly closed: Promise<unknown>;
  close(): void;
}

/** One of the two libraries that Nest's gateways run on. */
export interface SocketLibrary {
  readonly name: string;
  adapterFor(app: INestApplication): WebSocketAdapter;
  connect(port: number, path: string, headers: Record<string, string>): Promise<Connection>;
}

export const plainSockets: SocketLibrary = {
  name: "ws",
  adapterFor: (app) => new WsAdapter(app),
  async connect(port, path, headers) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const closed = once(socket, "close");
    await once(socket, "open");
    return {
      closed,
      close: () => socket.terminate(),
      async ask(event) {
        socket.send(JSON.stringify({ event }));
        const [message] = await once(socket, "message");
        return JSON.parse(String(message));
      },
    };
  },
};

export const socketIo: SocketLibrary = {
  name: "Socket.IO",
  adapterFor: (app) => new IoAdapter(app),
  async connect(port, path, extraHeaders) {
    const socket = io(`http://127.0.0.1:${port}`, { path, extraHeaders, reconnection: false });
    const closed = new Promise((resolve) => {
      socket.on("disconnect", resolve);
      socket.on("connect_error", resolve);
    });
    await Promise.race([closed, new Promise<void>((resolve) => socket.on("connect", resolve))]);
    return {
      closed,
      close: () => socket.close(),
      ask(event) {
        const answer = new Promise<{ event: string; data: unknown }>((resolve) => {
          socket.onAny((name, data) => resolve({ event: name, data }));
        });
        socket.emit(event);
        return answer.finally(() => socket.offAny());
      },
    };
  },
};
