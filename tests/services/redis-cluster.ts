import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { startRedisCluster } from "../servers/redis-cluster.ts";
import type { Client } from "./redis.ts";

/** A Cluster of three primaries for one file of tests, and two clients of each kind. */
export async function clusterClients(): Promise<{
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
