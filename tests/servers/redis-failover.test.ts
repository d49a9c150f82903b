import { createCluster } from "redis";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { redisBinary } from "./binaries.ts";
import { startRedisCluster } from "./redis-cluster.ts";
import { askRedis } from "./resp.ts";

const KEYS = Array.from({ length: 200 }, (_, i) => `key ${i}`);

async function untilReplicated(port: number): Promise<void> {
  await expect.poll(() => askRedis({ port }, "WAIT", "1", "1000")).toBe("1");
}

describeWith(redisBinary(), "startRedisCluster with replicas", () => {
  test("serves all slots, and goes on after a primary is killed and after it is back", async () => {
    const cluster = await startRedisCluster({ replicas: 1 });
    const { nodes } = cluster;
    expect(nodes.map(({ role }) => role)).toEqual([
      ...["primary", "primary", "primary"],
      ...["replica", "replica", "replica"],
    ]);
    const client = createCluster({
      rootNodes: nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })),
    });
    client.on("error", () => {});
    onTestFinished(() => client.destroy());
    await client.connect();
    for (const key of KEYS) await client.set(key, key);

    const [first, , , replica] = nodes;
    if (!first || !replica) expect.fail();
    // Replication is asynchronous: what the replica does not have yet, a failover would rightly lose.
    await untilReplicated(first.port);
    await cluster.kill(first);
    await cluster.ready();
    expect(replica.role).toBe("primary");
    await cluster.restart(first);
    await cluster.ready();
    expect(first.role).toBe("replica");

    const again = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${first.port}` }] });
    again.on("error", () => {});
    onTestFinished(() => again.destroy());
    await again.connect();
    for (const key of KEYS) expect(await again.get(key)).toBe(key);
  });
});
