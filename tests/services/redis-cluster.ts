import type { RedisClientLike, RedisSubscriberLike } from "@coatcheck/store-redis";
import { Cluster } from "ioredis";
import { createCluster, type RedisClusterType } from "redis";
import { afterAll } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { startRedisCluster } from "../servers/redis-cluster.ts";
import { type Client, ioredis } from "./redis.ts";

/** A Cluster of three primaries that ends with the test file, and two clients of each kind; none where it cannot be started. */
export async function redisCluster(): Promise<{
  readonly missing: string | undefined;
  /** Each its own subscriber. */
  readonly nodeRedis: readonly (RedisClientLike & RedisSubscriberLike)[];
  readonly ioredis: readonly RedisClientLike[];
  /** Clients of ioredis, each of one node. */
  readonly subscribers: readonly RedisSubscriberLike[];
}> {
  const { missing } = redisBinary();
  if (missing !== undefined) return { missing, nodeRedis: [], ioredis: [], subscribers: [] };
  const { nodeRedis, ioredis, subscribers, stop } = await clusterClients();
  afterAll(stop);
  const plain = <Like>(clients: readonly Client<Like>[]) => clients.map(({ client }) => client);
  return {
    missing,
    nodeRedis: plain(nodeRedis),
    ioredis: plain(ioredis),
    subscribers: plain(subscribers),
  };
}

async function clusterClients(): Promise<{
  readonly nodeRedis: readonly Client<RedisClusterType>[];
  readonly ioredis: readonly Client<Cluster>[];
  readonly subscribers: readonly Client<RedisSubscriberLike>[];
  stop(): Promise<void>;
}> {
  const { nodes, stop } = await startRedisCluster({ appendonly: "no" });
  const ports = nodes.map(({ port }) => port);
  const nodeRedis = await Promise.all([nodeRedisCluster(ports), nodeRedisCluster(ports)]);
  const clusters = await Promise.all([ioredisCluster(ports), ioredisCluster(ports)]);
  const subscribers = await Promise.all(
    ports.slice(0, 2).map((port) => ioredis("", `redis://127.0.0.1:${port}`)),
  );
  return {
    nodeRedis,
    ioredis: clusters,
    subscribers,
    stop: async () => {
      await Promise.all(
        [...nodeRedis, ...clusters, ...subscribers].map((client) => client.close()),
      );
      await stop();
    },
  };
}

async function nodeRedisCluster(ports: readonly number[]): Promise<Client<RedisClusterType>> {
  const client = createCluster({
    rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
  });
  await client.on("error", () => {}).connect();
  return { client, close: () => client.close() };
}

async function ioredisCluster(ports: readonly number[]): Promise<Client<Cluster>> {
  const client = new Cluster(
    ports.map((port) => ({ host: "127.0.0.1", port })),
    { lazyConnect: true },
  );
  await client.on("error", () => {}).connect();
  return { client, close: () => client.quit() };
}
