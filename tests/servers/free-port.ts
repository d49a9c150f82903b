import { once } from "node:events";
import { createServer } from "node:net";

// Below the ports of outgoing connections, also with the 10000 that a node of a Redis cluster adds for its bus: one of those
// could take the port while the server is dead, and a client that retries could even be connected to itself.
const FIRST = 10_000;
const LAST = 22_000;

/** A port of 127.0.0.1 on which nobody listens, nor on the one 10000 above. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    await once(server.close(), "close");
    return true;
  } catch {
    return false;
  }
}
