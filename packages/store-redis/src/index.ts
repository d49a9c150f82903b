export type {
  IoredisLike,
  NodeRedisClusterLike,
  NodeRedisLike,
  NodeRedisSentinelLike,
  RedisClientLike,
} from "./client/client.ts";
export type { RedisStoreOptions } from "./options.ts";
export { type RedisStore, redisStore } from "./store.ts";
