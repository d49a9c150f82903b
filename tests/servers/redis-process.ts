import { mkdirSync } from "node:fs";
import { redisBinary } from "./binaries.ts";
import { Program } from "./program.ts";
import { askRedis } from "./resp.ts";

/** How a Redis keeps what was written; `always`: on disk before the reply. */
export type AppendOnly = "always" | "everysec" | "no";

export interface RedisProcessOptions {
  readonly port: number;
  readonly directory: string;
  readonly appendonly: AppendOnly;
  readonly password?: string | undefined;
  /** Further settings, as in redis.conf. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/** Starts a Redis; resolves when it has loaded its data and answers. */
export async function startRedisProcess(options: RedisProcessOptions): Promise<Program> {
  const { port, directory, appendonly, password, config = {} } = options;
  mkdirSync(directory, { recursive: true });
  const settings: Record<string, string> = {
    port: String(port),
    bind: "127.0.0.1",
    dir: directory,
    save: "",
    appendonly: appendonly === "no" ? "no" : "yes",
    ...(appendonly === "no" ? {} : { appendfsync: appendonly }),
    ...(password === undefined ? {} : { requirepass: password, masterauth: password }),
    ...config,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const file = redisBinary().path["redis-server"];
  const program = new Program({ file, args, cwd: directory });
  await program.until(async () => {
    // While it loads its data it answers LOADING.
    const answer = await askRedis({ port, password }, "PING");
    return answer === "PONG" ? undefined : answer;
  });
  return program;
}
