import { EventEmitter } from "node:events";
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { describe, expect, test } from "vitest";
import { isSubscriber, type RedisSubscriberLike, subscriptionOf } from "./subscription.ts";

const lazy = { lazyConnect: true } as const;

// None of them connects. That each fits the type is part of the test.
const subscribers: ReadonlyArray<readonly [string, RedisSubscriberLike]> = [
  ["a client of node-redis", createClient()],
  ["a client of node-redis by RESP 2", createClient({ RESP: 2 })],
  ["a Cluster of node-redis", createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] })],
  ["a client of ioredis", new Redis(lazy)],
];
const others: ReadonlyArray<readonly [string, unknown]> = [
  ["a Cluster of ioredis", new Cluster([{ port: 1 }], lazy)],
  [
    "a Sentinel of node-redis",
    createSentinel({ name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }),
  ],
  ["a pool of node-redis", createClientPool()],
  ["a URL", "redis://localhost"],
  ["nothing", null],
];

describe("whether it is heard of a client that its subscription was cut off:", () => {
  test.each(subscribers)("of %s, yes", (_, client) => expect(isSubscriber(client)).toBe(true));
  test.each(others)("of %s, no", (_, client) => expect(isSubscriber(client)).toBe(false));
});

/** A client of either kind whose answers come when the test says so. */
function subscriber(kind: "ioredis" | "node-redis" | "cluster") {
  const asked: Array<PromiseWithResolvers<void> & { command: string; listener: unknown }> = [];
  const ask = (command: string) => (_: string, listener?: unknown) => {
    const answer = Promise.withResolvers<void>();
    asked.push({ ...answer, command, listener });
    return answer.promise;
  };
  const client = Object.assign(new EventEmitter(), {
    subscribe: ask("subscribe"),
    unsubscribe: ask("unsubscribe"),
    sendCommand: () => {},
    ...(kind === "cluster" && { masters: [] }),
    ...(kind === "ioredis" && { isCluster: false, call: async () => {} }),
  });
  const heard: Array<string | undefined> = [];
  const subscription = subscriptionOf(client, "c", (text) => heard.push(text));
  return { client, asked, heard, subscription };
}

describe.each([
  ["ioredis", ""],
  ["node-redis", ""],
  ["cluster", "node-"],
] as const)("a subscription by %s", (kind, node) => {
  test("says that something may have been missed while it is away, and when it stands again", async () => {
    const { client, asked, heard, subscription } = subscriber(kind);
    const begun = subscription.begin();
    asked[0]?.resolve();
    await begun;
    expect(heard).toEqual([]);
    client.emit(`${node}reconnecting`);
    client.emit(`${node}reconnecting`);
    expect(heard).toHaveLength(2);
    client.emit(`${node}ready`);
    await Promise.resolve();
    // Not yet: what ends before it is subscribed anew would be missed for good.
    expect(heard).toHaveLength(2);
    asked[1]?.resolve();
    await asked[1]?.promise;
    expect(heard).toEqual([undefined, undefined, undefined]);
    expect(asked[1]?.listener).toBe(asked[0]?.listener);
  });

  test("leaves nothing behind, whether it ends or could not begin", async () => {
    const { client, asked, subscription } = subscriber(kind);
    const begun = subscription.begin();
    asked[0]?.reject(new Error("down"));
    await expect(begun).rejects.toThrow("down");
    expect(client.eventNames()).toEqual([]);
    const again = subscription.begin();
    asked[1]?.resolve();
    await again;
    const ended = subscription.end();
    asked[2]?.resolve();
    await ended;
    expect(client.eventNames()).toEqual([]);
    expect(asked.map(({ command }) => command)).toEqual(["subscribe", "subscribe", "unsubscribe"]);
  });
});
