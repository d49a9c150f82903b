import { type Clock, SessionConfigError } from "@coatcheck/core";
import {
  type Connection,
  connectionOf,
  isNodeRedisCluster,
  type RedisClientLike,
} from "./client/client.ts";
import { isSubscriber, type RedisSubscriberLike } from "./client/subscription.ts";

/** The options of `redisStore`. */
export interface RedisStoreOptions {
  /** A connected client of node-redis or ioredis, or a Cluster client of either. The store never closes it. */
  readonly client: RedisClientLike;
  /**
   * A connection for nothing but a subscription, as `client.duplicate()`: with it `sessions.onEnd` hears at once of what ends in other processes. The store
   * subscribes only while somebody waits, and never closes it. Every process that ends these sessions needs it; where none of them waits it need
   * not be connected. In a Cluster: the Cluster client of node-redis itself, or an ioredis client of any one node. Default: none, and the store
   * cannot notify.
   */
  readonly subscriber?: RedisSubscriberLike;
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
  readonly subscriber: RedisSubscriberLike | undefined;
  readonly prefix: string;
  readonly clock: Clock;
}

const KNOWN = ["client", "subscriber", "prefix", "clock"];

/** Checks every option. Throws a `SessionConfigError` that names the option and the remedy. */
export function settingsOf(options: RedisStoreOptions): Settings {
  if (typeof options !== "object" || options === null) fail("options", "must be an object");
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) fail(name, `is not an option; there are ${KNOWN.join(", ")}`);
  }
  const { client, subscriber, prefix = "coatcheck:", clock = () => Date.now() } = options;
  const connection = connectionOf(client);
  if (connection === undefined) {
    fail("client", "must be a client of node-redis (createClient) or ioredis (new Redis)");
  }
  if (subscriber !== undefined) checkSubscriber(subscriber, client);
  if (typeof prefix !== "string" || prefix === "") fail("prefix", "must be a text, as coatcheck:");
  if (typeof clock !== "function") fail("clock", "must be a function that returns milliseconds");
  return { connection, subscriber, prefix, clock };
}

function checkSubscriber(subscriber: unknown, client: unknown): void {
  if (!isSubscriber(subscriber)) {
    fail(
      "subscriber",
      "must be a client of one server (createClient, new Redis; in a Cluster of any one node) or a createCluster: others do not tell when they were cut off",
    );
  }
  if (subscriber === client && !isNodeRedisCluster(subscriber)) {
    fail(
      "subscriber",
      "must be another connection than client, as client.duplicate(): one that has subscribed may refuse every other command",
    );
  }
}

function fail(option: string, rule: string): never {
  throw new SessionConfigError(option, `${option} ${rule}`);
}
