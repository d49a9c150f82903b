import { afterAll, beforeAll } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { type RedisCluster, startRedisCluster } from "../servers/redis-cluster.ts";
import { redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";
import { describeLimit } from "./describe-limit.ts";

describeWith(redis, "one Redis", () => {
  describeLimit("nodeRedis", async () => {
    const name = uniquePrefix();
    return { urls: [redis.url], name, remove: () => removeKeys(name) };
  });
});

describeWith(redisBinary(), "a Redis Cluster", () => {
  let cluster: RedisCluster | undefined;
  beforeAll(async () => {
    cluster = await startRedisCluster({ appendonly: "no" });
  });
  afterAll(() => cluster?.stop());

  for (const driver of ["nodeRedisCluster", "ioredisCluster"] as const) {
    describeLimit(driver, async () => ({
      urls: cluster?.nodes.map(({ port }) => `redis://127.0.0.1:${port}`) ?? [],
      name: uniquePrefix(),
      // It goes with its cluster.
      remove: async () => {},
    }));
  }
});
