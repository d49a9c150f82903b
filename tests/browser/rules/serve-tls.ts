import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";

/** Decrypts for `server` itself, which so sees an encrypted connection, as behind no proxy. */
export async function serveTls(server: Server): Promise<TlsServer> {
  const file = (name: string) => readFileSync(new URL(`../tls/${name}`, import.meta.url));
  const tls = createTlsServer(
    { key: file("test-only.key"), cert: file("test-only.crt") },
    (socket) => server.emit("connection", socket),
  );
  // A browser that breaks off a handshake is no matter of the tests.
  tls.on("tlsClientError", () => {});
  await once(tls.listen(0, "127.0.0.1"), "listening");
  return tls;
}
