import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { describe, expect, test } from "vitest";
import { connectionOf, type RedisClientLike } from "./client.ts";

const lazy = { lazyConnect: true } as const;
const at = { rootNodes: [{ url: "redis://127.0.0.1:1" }] };

// None of them connects. That each fits the type is part of the test.
const clients: ReadonlyArray<readonly [string, RedisClientLike, boolean]> = [
  ["a client of node-redis", createClient(), false],
  ["a client of node-redis by RESP 3", createClient({ RESP: 3 }), false],
  ["a pool of node-redis", createClientPool(), false],
  ["a Cluster of node-redis", createCluster(at), true],
  [
    "a Sentinel of node-redis",
    createSentinel({ name: "main", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }),
    false,
  ],
  ["a client of ioredis", new Redis(lazy), false],
  ["a Cluster of ioredis", new Cluster([{ port: 1 }], lazy), true],
];

describe("a client is known by its form", () => {
  test.each(clients)("%s", (_, client, isCluster) => {
    expect(connectionOf(client)).toMatchObject({ isCluster });
  });

  test.each([undefined, null, "redis://localhost", {}, { sendCommand: true }, { call: () => {} }])(
    "%o is none",
    (client) => {
      expect(connectionOf(client)).toBeUndefined();
    },
  );
});

test("no command is for a replica", async () => {
  const calls: unknown[][] = [];
  const sendCommand = async (...args: unknown[]) => calls.push(args);
  await connectionOf({ masters: [], sendCommand })?.send("k", ["GET", "k"]);
  await connectionOf({ getSentinelNode: () => {}, sendCommand })?.send("k", ["GET", "k"]);
  expect(calls).toEqual([
    ["k", false, ["GET", "k"], { typeMapping: {} }],
    [false, ["GET", "k"], { typeMapping: {} }],
  ]);
});

test("a client's queue is limited in time only while it is not connected", async () => {
  const options: unknown[] = [];
  const client = {
    isReady: true,
    sendCommand: async (_args: string[], given: unknown) => options.push(given),
  };
  const send = connectionOf(client)?.send;
  await send?.("k", ["GET", "k"]);
  client.isReady = false;
  await send?.("k", ["GET", "k"]);
  expect(options).toEqual([{ typeMapping: {}, timeout: 0 }, { typeMapping: {} }]);
});

test("of a server that hangs, with its connection open, the queue is limited too", async () => {
  const options: unknown[] = [];
  const server = Promise.withResolvers<unknown>();
  const client = {
    isReady: true,
    sendCommand: (_args: string[], given: unknown) => {
      options.push(given);
      return server.promise;
    },
  };
  const send = connectionOf(client)?.send;
  const sent = Array.from({ length: 2000 }, () => send?.("k", ["GET", "k"]));
  expect(options.filter((it) => (it as { timeout?: number }).timeout === 0)).toHaveLength(1000);
  expect(options.at(-1)).toEqual({ typeMapping: {} });
  server.reject(new Error("gone"));
  await Promise.allSettled(sent);
  send?.("k", ["GET", "k"])?.catch(() => {});
  expect(options.at(-1)).toEqual({ typeMapping: {}, timeout: 0 });
});
