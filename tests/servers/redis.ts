import { afterTest, temporaryDirectory } from "./clean-up.ts";
import { freePort } from "./free-port.ts";
import type { Program } from "./program.ts";
import { type AppendOnly, startRedisProcess } from "./redis-process.ts";
import type { TestServer } from "./server.ts";

export interface RedisOptions {
  /** Default: `always`, every write is on disk before its reply. With `no`, a restart begins empty. */
  readonly appendonly?: AppendOnly;
  readonly password?: string;
  /** Further settings, as in redis.conf: `{ maxmemory: "1mb" }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Redis of one's own. */
export async function startRedis(options: RedisOptions = {}): Promise<TestServer> {
  const { appendonly = "always", password, config } = options;
  const directory = temporaryDirectory();
  const port = await freePort();
  const start = () =>
    startRedisProcess({ port, directory: directory.path, appendonly, password, config });
  let program: Program | undefined;

  const stop = async (): Promise<void> => {
    await program?.kill();
    directory.remove();
  };
  afterTest(stop);
  program = await start();
  return {
    url: `redis://${password === undefined ? "" : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    get pid() {
      return program?.pid ?? 0;
    },
    kill: async () => program?.kill(),
    restart: async () => {
      await program?.end("SIGTERM");
      program = await start();
    },
    stop,
  };
}
