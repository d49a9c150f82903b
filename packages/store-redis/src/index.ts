export type {
  IoredisLike,
  NodeRedisClusterLike,
  NodeRedisLike,
  NodeRedisSentinelLike,
  RedisClientLike,
} from "./client/client.ts";
export type {
  IoredisSubscriberLike,
  NodeRedisSubscriberLike,
  RedisSubscriberLike,
} from "./client/subscription.ts";
export type { RedisStoreOptions } from "./options.ts";
export { type RedisStore, redisStore } from "./store.ts";
