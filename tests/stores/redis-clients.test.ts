import type { SessionRecord } from "@coatcheck/core";
import { type RedisClientLike, type RedisStore, redisStore } from "@coatcheck/store-redis";
import { manualClock, testId, testLogin } from "@coatcheck/testkit";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster, RESP_TYPES } from "redis";
import { afterAll, describe, expect, test } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { startRedis } from "../servers/redis.ts";
import { startRedisCluster } from "../servers/redis-cluster.ts";
import { type Client, uniquePrefix } from "../services/redis.ts";
import { requireInCI } from "../services/services.ts";

const { missing } = redisBinary();
if (missing !== undefined) requireInCI(missing);

const [server, cluster] =
  missing === undefined
    ? await Promise.all([startRedis({ appendonly: "no" }), startRedisCluster({ appendonly: "no" })])
    : [];
const url = server?.url ?? "";
const nodes = cluster?.nodes.map(({ port }) => ({ host: "127.0.0.1", port })) ?? [];
const rootNodes = nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` }));
afterAll(() => Promise.all([server?.stop(), cluster?.stop()]));

const BUFFERS = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
const TEXTS = { typeMapping: { [RESP_TYPES.NUMBER]: String } };
const LAZY = { lazyConnect: true };

/** What an application may have told its client, for reasons of its own. */
const CLIENTS: Readonly<Record<string, () => Promise<Client>>> = {
  "node-redis, RESP 2": () => opened(createClient({ url, RESP: 2 })),
  "node-redis, RESP 3": () => opened(createClient({ url, RESP: 3 })),
  "node-redis, RESP 2, texts as buffers": () =>
    opened(createClient({ url, RESP: 2, commandOptions: BUFFERS })),
  "node-redis, RESP 3, texts as buffers": () =>
    opened(createClient({ url, RESP: 3, commandOptions: BUFFERS })),
  "node-redis, RESP 2, numbers as texts": () =>
    opened(createClient({ url, RESP: 2, commandOptions: TEXTS })),
  "node-redis, RESP 3, numbers as texts": () =>
    opened(createClient({ url, RESP: 3, commandOptions: TEXTS })),
  "node-redis on a Cluster, RESP 2": () => opened(createCluster({ rootNodes, RESP: 2 })),
  "node-redis on a Cluster, RESP 3": () => opened(createCluster({ rootNodes, RESP: 3 })),
  "node-redis on a Cluster, RESP 2, texts as buffers": () =>
    opened(createCluster({ rootNodes, RESP: 2, commandOptions: BUFFERS })),
  "node-redis on a Cluster, RESP 3, texts as buffers": () =>
    opened(createCluster({ rootNodes, RESP: 3, commandOptions: BUFFERS })),
  "node-redis on a Cluster, RESP 2, numbers as texts": () =>
    opened(createCluster({ rootNodes, RESP: 2, commandOptions: TEXTS })),
  "node-redis on a Cluster, RESP 3, numbers as texts": () =>
    opened(createCluster({ rootNodes, RESP: 3, commandOptions: TEXTS })),
  ioredis: () => connected(new Redis(url, LAZY)),
  "ioredis, numbers as texts": () => connected(new Redis(url, { ...LAZY, stringNumbers: true })),
  "ioredis, pipelines of its own": () =>
    connected(new Redis(url, { ...LAZY, enableAutoPipelining: true })),
  "ioredis on a Cluster": () => connected(new Cluster(nodes, LAZY)),
  "ioredis on a Cluster, numbers as texts": () =>
    connected(new Cluster(nodes, { ...LAZY, redisOptions: { stringNumbers: true } })),
  "ioredis on a Cluster, pipelines of its own": () =>
    connected(new Cluster(nodes, { ...LAZY, enableAutoPipelining: true })),
};

/** A client of node-redis, of whichever type its options make it. */
type NodeRedisClient = RedisClientLike & {
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
  close(): unknown;
};

async function opened(client: NodeRedisClient): Promise<Client> {
  client.on("error", () => {});
  await client.connect();
  return { client, close: async () => client.close() };
}

async function connected(client: Redis | Cluster): Promise<Client> {
  await client.on("error", () => {}).connect();
  return { client, close: () => client.quit() };
}

const USER = "änn\n😀";
const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 2, onLimit: "reject" } as const;

describe.skipIf(missing !== undefined)("redisStore answers the same whatever its client is", () => {
  test.each(Object.entries(CLIENTS))("%s", async (_name, open) => {
    const { client, close } = await open();
    const clock = manualClock();
    try {
      await runThrough(redisStore({ client, prefix: uniquePrefix(), clock }), clock());
    } finally {
      await close();
    }
  });
});

/** Every method, with every answer that it has. */
async function runThrough(store: RedisStore, now: number): Promise<void> {
  const session = (name: string, after: number, fields: Partial<SessionRecord> = {}) =>
    testLogin(now + after, name, USER, { data: '{"ä":"😀"}', ...fields });
  const [a, b, c] = [session("a", 1), session("b", 2), session("c", 3)];
  const times = { lastSeenAt: now + 9, expiresAt: now + 90_000 };
  const nextDay = { lastSeenAt: now + 10, expiresAt: now + 200_000_000 };

  expect(await store.create(a)).toBe("ok");
  expect(await store.create(a)).toBe("exists");
  expect(await store.create(b, EVICT)).toBe("ok");
  expect(await store.create(c, EVICT)).toEqual({ evicted: [a.id] });
  expect(await store.create(session("d", 4), REJECT)).toBe("full");
  expect(await store.read(b.id)).toEqual(b);
  expect(await store.read(a.id)).toBeUndefined();
  expect(await store.listByUser(USER)).toEqual([c, b]);

  expect(await store.touch(b.id, times)).toBe("ok");
  expect(await store.touch(b.id, nextDay)).toBe("ok");
  expect(await store.touch(a.id, times)).toBe("gone");
  expect(await store.read(b.id)).toEqual({ ...b, ...nextDay });
  expect(await store.update({ ...b, version: 2, data: '{"é":1}' }, 1)).toBe("ok");
  expect(await store.update({ ...b, version: 2 }, 1)).toBe("stale");
  expect(await store.update({ ...a, version: 2 }, 1)).toBe("gone");
  expect(await store.update(session("b", 5, { version: 3 }), 2, REJECT)).toBe("ok");

  expect(await store.destroy(b.id)).toBe(true);
  expect(await store.destroy(b.id)).toBe(false);
  expect(await store.create(session("d", 6), REJECT)).toBe("ok");
  const more = ["e", "f", "g"].map((name, i) => session(name, 7 + i));
  expect(await Promise.all(more.map((it) => store.create(it)))).toEqual(["ok", "ok", "ok"]);
  const ids = (await store.listByUser(USER)).map(({ id }) => id);
  expect(ids).toEqual(["g", "f", "e", "d", "c"].map(testId));
  expect((await store.destroyByUser(USER, c.id)).toSorted()).toEqual(ids.slice(0, -1).toSorted());
  expect(await store.listByUser(USER)).toEqual([c]);
  expect(await store.destroyByUser(USER)).toEqual([c.id]);
  expect(await store.listByUser(USER)).toEqual([]);
}
