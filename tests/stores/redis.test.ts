import { afterAll } from "vitest";
import { ioredis, nodeRedis, openRedis, redis } from "../services/redis.ts";
import { describeStore } from "./describe-store.ts";

// Skipped: what concerns sweep, and the cases for stores that lack the other capabilities.
const SKIPS = 8;

/** Two to work with, and for each one that subscribes. */
const openFour = <Client>(open: () => Promise<Client>): Promise<Client[]> =>
  Promise.all(redis.missing ? [] : [open(), open(), open(), open()]);
const kinds = {
  "node-redis": await openFour(() => nodeRedis()),
  ioredis: await openFour(() => ioredis()),
};

afterAll(async () => {
  await Promise.all(Object.values(kinds).flatMap((four) => four.map(({ close }) => close())));
});

for (const [kind, four] of Object.entries(kinds)) {
  const clients = four.map(({ client }) => client);
  await describeStore(
    `redisStore by ${kind}`,
    (clock) => openRedis(clock, clients.slice(0, 2), clients.slice(2)),
    SKIPS,
    redis.missing,
  );
}
