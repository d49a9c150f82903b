import { redisStore } from "@coatcheck/store-redis";
import { manualClock, testId, testLogin } from "@coatcheck/testkit";
import { afterAll, describe, expect, test } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { openRedis } from "../services/redis.ts";
import { clusterClients } from "../services/redis-cluster.ts";
import { describeStore } from "./describe-store.ts";

const { missing } = redisBinary();
const clients = missing === undefined ? await clusterClients() : undefined;
afterAll(() => clients?.stop());

// Skipped: what concerns sweep, and the case for stores that lack the capability by user.
const SKIPS = 7;

for (const kind of ["nodeRedis", "ioredis"] as const) {
  const own = clients?.[kind].map(({ client }) => client) ?? [];
  await describeStore(
    `redisStore on a Cluster, by ${kind === "ioredis" ? kind : "node-redis"}`,
    // The Cluster goes with the file, and so do its keys.
    (clock) => ({ ...openRedis(clock, own), dispose: () => {} }),
    SKIPS,
    missing,
  );
}

describe.skipIf(clients === undefined)("the number of commands on a Cluster", () => {
  const inner = clients?.nodeRedis[0]?.client;

  function counted() {
    const clock = manualClock();
    const sent: string[] = [];
    const client = {
      masters: [],
      sendCommand: (key: string | undefined, isReadonly: boolean | undefined, args: string[]) => {
        sent.push(args[0] as string);
        return (inner as typeof client).sendCommand(key, isReadonly, args) as Promise<unknown>;
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

  test("read, touch and commit are one each, a login and a logout two", async () => {
    const { store, clock, commands } = counted();
    const login = testLogin(clock(), "a", "ann");
    const limit = { perUser: 2, onLimit: "evict-oldest" } as const;
    const reject = { perUser: 2, onLimit: "reject" } as const;
    const times = { lastSeenAt: clock() + 1, expiresAt: login.expiresAt + 1 };
    expect(await commands(() => store.create(login, limit))).toBe("EVALSHA EVALSHA");
    expect(await commands(() => store.read(login.id))).toBe("GET");
    expect(await commands(() => store.update({ ...login, version: 2 }, 1))).toBe("EVALSHA");
    expect(await commands(() => store.touch(login.id, times))).toBe("EVALSHA");
    const other = testLogin(clock() + 1, "b", "ann");
    expect(await commands(() => store.create(other, reject))).toBe("EVALSHA EVALSHA");
    expect(await commands(() => store.listByUser("ann"))).toBe("ZRANGE GET GET");
    expect(await commands(() => store.destroy(testId("b")))).toBe("EVALSHA EVALSHA");
  });
});
