import { memoryStore, type SessionStore } from "@coatcheck/core";

/** A store as one process of a soak has it. */
export interface OpenedStore {
  readonly store: SessionStore;
  /** Ends its connections. */
  close(): Promise<unknown>;
  /** Takes away what the run has left, for all processes; before `close`. */
  dispose(): Promise<unknown>;
}

/** Whether one method of the store may take several steps, of which a few may be made and the others not. */
export const isStepwise = (url: string): boolean => url.startsWith("redis+cluster:");

export const STORE_URLS = [
  "memory:",
  "sqlite:PATH",
  "redis://HOST:PORT",
  "redis+cluster://HOST:PORT",
  "postgres://USER@HOST:PORT/DATABASE",
  "mysql://USER@HOST:PORT/DATABASE",
] as const;

/**
 * Opens the store for a run: each run has a room of its own in it. Drivers are loaded when they are asked for. `first`: nobody has
 * opened it for this run before.
 */
export async function openStore(url: string, run: string, first: boolean): Promise<OpenedStore> {
  switch (url.slice(0, url.indexOf(":"))) {
    case "memory":
      // Unlimited for a run's purposes: a full one drops anonymous sessions, and rightly so.
      return { store: memoryStore({ maxSessions: 10_000_000 }), ...NOTHING };
    case "sqlite":
      return (await import("./sqlite.ts")).openSqlite(url.slice("sqlite:".length));
    case "redis":
      return (await import("./redis.ts")).openRedis(url, run);
    case "redis+cluster":
      return (await import("./redis.ts")).openRedisCluster(url, run);
    case "postgres":
      return (await import("./postgres.ts")).openPostgres(url, run, first);
    default:
      return (await import("./mysql.ts")).openMysql(url, run, first);
  }
}

const NOTHING = { close: async () => {}, dispose: async () => {} };
