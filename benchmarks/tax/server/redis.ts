import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createClient } from "redis";

export interface OwnRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis of the run's own, so that nobody else's commands count; nothing of it stays. */
export async function startRedis(pinned: readonly string[]): Promise<OwnRedis> {
  const port = await freePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", ""];
  const [command = "", ...rest] = [...pinned, "redis-server", ...settings];
  const server = spawn(command, rest, { stdio: "ignore" });
  const failed = once(server, "error").then(([error]) => {
    throw new Error("redis-server is needed, or --redis redis://HOST:PORT of one that is running", {
      cause: error,
    });
  });
  failed.catch(() => undefined);
  const url = `redis://127.0.0.1:${port}`;
  // It tries again until the server listens.
  const client = createClient({ url }).on("error", () => undefined);
  await Promise.race([client.connect(), failed]);
  await client.close();
  return {
    url,
    async stop() {
      const exited = once(server, "exit");
      server.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
