import type { FullStore } from "@coatcheck/core";
import { Channel } from "./channel.ts";
import { ClusterStore } from "./cluster/store.ts";
import { type RedisStoreOptions, settingsOf } from "./options.ts";
import { SingleStore } from "./single.ts";
import { Space } from "./space.ts";

/** A store with the capability *by user*, and with `subscriber` also *notify*. There is nothing to sweep: Redis frees what has expired by itself. */
export type RedisStore = Omit<FullStore, "sweep" | "close">;

/** A prefix that keeps every key of the store in one slot, as `{shop}:`. */
const HASH_TAG = /^[^{]*\{[^}]+\}/;

/**
 * Sessions in Redis 7 or Valkey, by a client that the application has connected: of node-redis or ioredis, of one server or of a Cluster.
 *
 * @throws {SessionConfigError} for a wrong option.
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  const { connection, subscriber, prefix, clock } = settingsOf(options);
  const together = !connection.isCluster || HASH_TAG.test(prefix);
  const space = new Space(connection, prefix, clock);
  const store: RedisStore = together ? new SingleStore(space) : new ClusterStore(space);
  if (subscriber) {
    const channel = new Channel(connection, subscriber, `${prefix}ended`);
    store.announce = (ids) => channel.announce(ids);
    store.watch = (listener) => channel.watch(listener);
  }
  return store;
}
