import { join } from "node:path";
import { Client } from "pg";
import { postgresBinaries } from "./binaries.ts";
import { afterTest, temporaryDirectory } from "./clean-up.ts";
import { freePort } from "./free-port.ts";
import { removeLeftovers } from "./postgres-leftovers.ts";
import { isRoot, postgresUser } from "./postgres-user.ts";
import { Program, run } from "./program.ts";
import type { TestServer } from "./server.ts";

export interface PostgresOptions {
  /** Further settings, as in postgresql.conf: `{ max_connections: "10" }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Postgres of one's own: everybody on 127.0.0.1 is let in, and every commit is on disk before its reply. */
export async function startPostgres({ config = {} }: PostgresOptions = {}): Promise<TestServer> {
  const { path } = postgresBinaries();
  const user = isRoot() ? postgresUser() : undefined;
  const directory = temporaryDirectory(user);
  const cwd = directory.path;
  const data = join(cwd, "data");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: cwd,
    fsync: "on",
    synchronous_commit: "on",
    // Within the directory, where nothing is left behind in /dev/shm by a crash.
    dynamic_shared_memory_type: "mmap",
    ...config,
  };
  const initdb = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];

  const start = async (): Promise<Program> => {
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const program = new Program({ file: path.postgres, args: ["-D", data, ...args], cwd, user });
    await program.until(() => connectOnce(url));
    return program;
  };
  let program: Program | undefined;

  const stop = async (): Promise<void> => {
    // Immediate shutdown: quick, and it frees its shared memory.
    await program?.end("SIGQUIT");
    directory.remove();
  };
  afterTest(stop);

  // Its own files need not survive the power supply: tests crash processes, not the machine.
  await run({ file: path.initdb, args: [...initdb, "--no-sync"], cwd, user });
  program = await start();
  return {
    url,
    port,
    get pid() {
      return program?.pid ?? 0;
    },
    kill: async () => {
      await program?.kill();
      removeLeftovers(cwd, data);
    },
    restart: async () => {
      await program?.end("SIGINT");
      program = await start();
    },
    stop,
  };
}

async function connectOnce(url: string): Promise<undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  await client.connect();
  await client.end();
}
