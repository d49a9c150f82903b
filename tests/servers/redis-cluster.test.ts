import { createCluster } from "redis";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { redisBinary } from "./binaries.ts";
import { startRedisCluster } from "./redis-cluster.ts";

const KEYS = Array.from({ length: 200 }, (_, i) => `key ${i}`);

describeWith(redisBinary(), "startRedisCluster", () => {
  test("without replicas: what a killed primary had written is there after its restart", async () => {
    const cluster = await startRedisCluster();
    const client = createCluster({
      rootNodes: cluster.nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })),
    });
    client.on("error", () => {});
    onTestFinished(() => client.destroy());
    await client.connect();
    for (const key of KEYS) await client.set(key, key);
    const [first] = cluster.nodes;
    if (!first) expect.fail();
    await cluster.kill(first);
    await cluster.restart(first);
    await cluster.ready();
    for (const key of KEYS) expect(await client.get(key)).toBe(key);
  });
});
