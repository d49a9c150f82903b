import { type Clock, SessionConfigError } from "@coatcheck/core";
import { type Connection, connectionOf, type RedisClientLike } from "./client/client.ts";

/** The options of `redisStore`. */
export interface RedisStoreOptions {
  /** A connected client of node-redis or ioredis, or a Cluster client of either. The store never closes it. */
  readonly client: RedisClientLike;
  /**
   * What every key begins with. Default `"coatcheck:"`. In a Cluster, one with a hash tag (`"{sessions}:"`) keeps all
   * sessions on one node, where every operation is a single step.
   */
  readonly prefix?: string;
  /** Milliseconds since the epoch. Default `Date.now`. The server's own clock only decides when memory is freed. */
  readonly clock?: Clock;
}

/** The options, checked and complete. */
export interface Settings {
  readonly connection: Connection;
  readonly prefix: string;
  readonly clock: Clock;
}

const KNOWN = ["client", "prefix", "clock"];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(options: RedisStoreOptions): Settings {
  if (typeof options !== "object" || options === null) fail("options", "must be an object");
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) fail(name, `is not an option; there are ${KNOWN.join(", ")}`);
  }
  const { client, prefix = "coatcheck:", clock = () => Date.now() } = options;
  const connection = connectionOf(client);
  if (connection === undefined) {
    fail("client", "must be a client of node-redis (createClient) or ioredis (new Redis)");
  }
  if (typeof prefix !== "string" || prefix === "") fail("prefix", "must be a text, as coatcheck:");
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  return { connection, prefix, clock };
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
