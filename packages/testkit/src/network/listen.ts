import { once } from "node:events";
import type { Server } from "node:net";

// Below the ports that operating systems give to outgoing connections: one of those could take the port while the proxy
// refuses, or a client that retries on the same machine could even be connected to itself.
const FIRST = 10_000;
const LAST = 32_767;

/** Listens on a free port of 127.0.0.1 that stays free while nobody listens there; the port. */
export async function listenSomewhere(server: Server): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    try {
      await listen(server, port);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

export async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
