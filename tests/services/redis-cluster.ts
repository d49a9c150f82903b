import type { RedisClientLike } from "@coatcheck/store-redis";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { afterAll } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { startRedisCluster } from "../servers/redis-cluster.ts";
import type { Client } from "./redis.ts";

/** A Cluster of three primaries that ends with the test file, and two clients of each kind; none where it cannot be started. */
export async function redisCluster(): Promise<{
  readonly missing: string | undefined;
  readonly nodeRedis: readonly RedisClientLike[];
  readonly ioredis: readonly RedisClientLike[];
}> {
  const { missing } = redisBinary();
  if (missing !== undefined) return { missing, nodeRedis: [], ioredis: [] };
  const { nodeRedis, ioredis, stop } = await clusterClients();
  afterAll(stop);
  const plain = (clients: readonly Client[]) => clients.map(({ client }) => client);
  return { missing, nodeRedis: plain(nodeRedis), ioredis: plain(ioredis) };
}

async function clusterClients(): Promise<{
  readonly nodeRedis: readonly Client[];
  readonly ioredis: readonly Client[];
  stop(): Promise<void>;
}> {
  const { nodes, stop } = await startRedisCluster({ appendonly: "no" });
  const ports = nodes.map(({ port }) => port);
  const nodeRedis = await Promise.all([nodeRedisCluster(ports), nodeRedisCluster(ports)]);
  const ioredis = await Promise.all([ioredisCluster(ports), ioredisCluster(ports)]);
  return {
    nodeRedis,
    ioredis,
    stop: async () => {
      await Promise.all([...nodeRedis, ...ioredis].map((client) => client.close()));
      await stop();
    },
  };
}

async function nodeRedisCluster(ports: readonly number[]): Promise<Client> {
  const client = createCluster({
    rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })),
  });
  await client.on("error", () => {}).connect();
  return { client, close: () => client.close() };
}

async function ioredisCluster(ports: readonly number[]): Promise<Client> {
  const client = new Cluster(
    ports.map((port) => ({ host: "127.0.0.1", port })),
    { lazyConnect: true },
  );
  await client.on("error", () => {}).connect();
  return { client, close: () => client.quit() };
}
