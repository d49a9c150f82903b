import type { SessionId } from "@coatcheck/core";
import { postgresStore } from "@coatcheck/store-postgres";
import { redisStore } from "@coatcheck/store-redis";
import { manualClock, testId } from "@coatcheck/testkit";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { postgres } from "../services/postgres.ts";
import { ioredis, nodeRedis, redis, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";

/** What a watcher has heard, and a promise of the next that it hears. */
function ear() {
  const heard: Array<SessionId | undefined> = [];
  let tell = (): void => {};
  return {
    heard,
    listener: (id: SessionId | undefined): void => {
      heard.push(id);
      tell();
    },
    next: () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      }),
  };
}

const GARBAGE = [
  "",
  " ",
  "hello",
  "A".repeat(21),
  `${"A".repeat(22)}\n`,
  '{"id":1}',
  "é".repeat(22),
];

describeWith(redis, "redisStore that notifies", () => {
  for (const [kind, open] of [
    ["node-redis", () => nodeRedis()],
    ["ioredis", () => ioredis("keys:")],
  ] as const) {
    test(`${kind}: what anybody else publishes is passed over; the client is left as it was`, async () => {
      const [{ client, close }, subscriber] = [await open(), await open()];
      const prefix = uniquePrefix();
      const before = [...subscriber.client.eventNames()];
      const store = redisStore({ client, subscriber: subscriber.client, prefix });
      const { heard, listener, next } = ear();
      const stop = await store.watch?.(listener);
      const arrived = next();
      for (const text of GARBAGE) await client.publish(`${prefix}ended`, text);
      await client.publish(prefix, testId("another channel"));
      await store.announce?.([testId("a")]);
      await arrived;
      expect(heard).toEqual([testId("a")]);
      await stop?.();
      expect(subscriber.client.eventNames()).toEqual(before);
      await Promise.all([close(), subscriber.close()]);
    });
  }

  test.each([
    ["node-redis", () => nodeRedis()],
    ["ioredis", () => ioredis()],
  ] as const)(
    "%s: two stores of one prefix share one subscriber, and one goes on when the other has stopped",
    async (_, open) => {
      const [main, other] = [await open(), await open()];
      const options = { client: main.client, subscriber: other.client, prefix: uniquePrefix() };
      const [one, two] = [redisStore(options), redisStore(options)];
      const { heard, listener, next } = ear();
      const stopOther = await two.watch?.(() => {});
      const stop = await one.watch?.(listener);
      await stopOther?.();
      const arrived = next();
      await one.announce?.([testId("a")]);
      await arrived;
      expect(heard).toEqual([testId("a")]);
      await stop?.();
      await Promise.all([main.close(), other.close()]);
    },
  );

  test("eight stores share one subscriber, and hear their own", async () => {
    const [main, other] = [await nodeRedis(), await nodeRedis()];
    const { client } = main;
    const stores = Array.from({ length: 8 }, (_, i) => ({
      i,
      ear: ear(),
      store: redisStore({ client, subscriber: other.client, prefix: uniquePrefix() }),
    }));
    const stops = await Promise.all(stores.map(({ store, ear }) => store.watch?.(ear.listener)));
    await Promise.all(
      stores.map(async ({ i, store, ear }) => {
        const arrived = ear.next();
        await store.announce?.([testId(`${i}`)]);
        await arrived;
      }),
    );
    expect(stores.map(({ ear }) => ear.heard)).toEqual(stores.map(({ i }) => [testId(`${i}`)]));
    await Promise.all(stops.map((stop) => stop?.()));
    await Promise.all([main.close(), other.close()]);
  });
});

const server = await postgres();
describeWith(server.service, "postgresStore that notifies", () => {
  const pool = new pg.Pool({ connectionString: server.service.url });
  afterAll(() => pool.end());

  test("what anybody else notifies is passed over, and a connection is held only while somebody watches", async () => {
    const { table, dispose } = await server.open(manualClock());
    const store = postgresStore({ pool, listen: pool, table });
    const { heard, listener, next } = ear();
    const stops = [await store.watch?.(listener), await store.watch?.(listener)];
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await stops[0]?.();
    const arrived = next();
    for (const text of GARBAGE)
      await pool.query("SELECT pg_notify($1, $2)", [`${table}_ended`, text]);
    await store.announce?.([testId("a")]);
    await arrived;
    expect(heard).toEqual([testId("a")]);
    await stops[1]?.();
    expect(pool.totalCount - pool.idleCount).toBe(0);
    await store.close();
    await dispose();
  });

  test("close lets the connection go, so that the pool can end", async () => {
    const { table, dispose } = await server.open(manualClock());
    const own = new pg.Pool({ connectionString: server.service.url, max: 2 });
    const store = postgresStore({ pool: own, listen: own, table });
    await store.watch?.(() => {});
    await store.close();
    await own.end();
    await dispose();
  });

  test("who names the schema and who leaves it to the search path hear each other, whatever the table is called", async () => {
    for (const table of ["User-Session", "x".repeat(48)]) {
      const { dispose } = await server.open(manualClock(), { table });
      const one = postgresStore({ pool, listen: pool, table });
      const other = postgresStore({ pool, listen: pool, table, schema: "public" });
      const { heard, listener, next } = ear();
      await one.watch?.(listener);
      const arrived = next();
      await other.announce?.([testId("a")]);
      await arrived;
      expect(heard).toEqual([testId("a")]);
      await Promise.all([one.close(), other.close()]);
      await dispose();
    }
  });
});
