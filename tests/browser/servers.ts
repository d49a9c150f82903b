import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export type Scheme = "http" | "https";

/** One application over HTTP and over HTTPS, under every name that the browser maps here. */
export interface Servers {
  /** `https://shop.example:40123/app`: the address of `path` under any host. */
  url(scheme: Scheme, host: string, path: string): string;
  close(): Promise<void>;
}

/** Starts both on 127.0.0.1. */
export async function startServers(listener: RequestListener): Promise<Servers> {
  const servers: Record<Scheme, Server> = {
    http: createServer(listener),
    https: createTlsServer(
      { key: tlsFile("test-only.key"), cert: tlsFile("test-only.crt") },
      listener,
    ),
  };
  const [http, https] = await Promise.all([listen(servers.http), listen(servers.https)]);
  const ports: Record<Scheme, number> = { http, https };
  return {
    url: (scheme, host, path) => `${scheme}://${host}:${ports[scheme]}${path}`,
    async close() {
      await Promise.all([servers.http, servers.https].map(close));
    },
  };
}

/** The certificate and its key are public: they protect nothing, and only the browser of these tests takes them. */
const tlsFile = (name: string): Buffer => readFileSync(new URL(`tls/${name}`, import.meta.url));

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server.close(), "close");
  server.closeAllConnections();
  await closed;
}
