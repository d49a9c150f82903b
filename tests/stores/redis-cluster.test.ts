import { type NodeRedisClusterLike, redisStore } from "@coatcheck/store-redis";
import { manualClock, testId, testLogin } from "@coatcheck/testkit";
import type { Cluster } from "ioredis";
import { describe, expect, test, vi } from "vitest";
import { openRedis } from "../services/redis.ts";
import { redisCluster } from "../services/redis-cluster.ts";
import { describeStore } from "./describe-store.ts";

const { missing, ...clients } = await redisCluster();
const subscribers = { nodeRedis: clients.nodeRedis, ioredis: clients.subscribers };

// Skipped: what concerns sweep, and the cases for stores that lack the other capabilities.
const SKIPS = 8;

for (const kind of ["nodeRedis", "ioredis"] as const) {
  await describeStore(
    `redisStore on a Cluster, by ${kind === "ioredis" ? kind : "node-redis"}`,
    // The Cluster goes with the file, and so do its keys.
    (clock) => ({ ...openRedis(clock, clients[kind], subscribers[kind]), dispose: () => {} }),
    SKIPS,
    missing,
  );
}

describe.skipIf(missing !== undefined)("the number of commands on a Cluster", () => {
  const [inner] = clients.nodeRedis;

  function counted() {
    const clock = manualClock();
    const sent: string[] = [];
    const client = {
      masters: [],
      sendCommand: (...call: Parameters<NodeRedisClusterLike["sendCommand"]>) => {
        sent.push(call[2][0] as string);
        return (inner as NodeRedisClusterLike).sendCommand(...call);
      },
    };
    const store = redisStore({ client, prefix: `count-${Math.random()}:`, clock });
    const commands = async (work: () => unknown): Promise<string> => {
      sent.length = 0;
      await work();
      // Each node is told a script by its text once.
      return sent.filter((name) => name !== "EVAL").join(" ");
    };
    return { store, clock, commands };
  }

  // The third of a login is a notice that nobody waits for.
  test("read, touch and commit are one each, a login and a logout two", async () => {
    const { store, clock, commands } = counted();
    const login = testLogin(clock(), "a", "ann");
    const limit = { perUser: 2, onLimit: "evict-oldest" } as const;
    const times = { lastSeenAt: clock() + 1, expiresAt: login.expiresAt + 1 };
    expect(await commands(() => store.create(login, limit))).toBe("EVALSHA EVALSHA EVALSHA");
    expect(await commands(() => store.read(login.id))).toBe("GET");
    expect(await commands(() => store.update({ ...login, version: 2 }, 1))).toBe("EVALSHA");
    expect(await commands(() => store.touch(login.id, times))).toBe("EVALSHA");
    await store.create(testLogin(clock() + 1, "b", "ann"));
    expect(await commands(() => store.listByUser("ann"))).toBe("EVALSHA GET GET");
    expect(await commands(() => store.destroy(testId("b")))).toBe("EVALSHA EVALSHA");
  });

  test("a login is two as well where a limit rejects", async () => {
    const { store, clock, commands } = counted();
    const limit = { perUser: 2, onLimit: "reject" } as const;
    const login = testLogin(clock(), "a", "ann");
    expect(await commands(() => store.create(login, limit))).toBe("EVALSHA EVALSHA EVALSHA");
  });
});

describe.skipIf(missing !== undefined)("a subscription that is cut off on a Cluster", () => {
  test.each(["nodeRedis", "ioredis"] as const)(
    "%s: it is said so, and it hears again",
    async (kind) => {
      const [admin] = clients.ioredis as readonly Cluster[];
      const [subscriber] = subscribers[kind];
      const [client] = clients[kind];
      if (!admin || !subscriber || !client) return;
      const prefix = `cut-${Math.random()}:`;
      const store = redisStore({ client, subscriber, prefix });
      const heard: unknown[] = [];
      const stop = await store.watch?.((id) => heard.push(id));
      heard.length = 0;
      const answers = admin
        .nodes("master")
        .map((node) => node.call("CLIENT", "KILL", "TYPE", "pubsub"));
      expect((await Promise.all(answers)).map(Number).some((killed) => killed > 0)).toBe(true);
      // What is announced while nobody hears is lost; that some may have been is known.
      await vi.waitFor(async () => {
        await store.announce?.([testId("a")]);
        expect(heard).toContain(testId("a"));
      });
      const told = heard.indexOf(undefined);
      expect(told).toBeGreaterThanOrEqual(0);
      expect(told).toBeLessThan(heard.indexOf(testId("a")));
      await stop?.();
    },
  );
});
