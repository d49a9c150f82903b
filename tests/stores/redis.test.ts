import { afterAll } from "vitest";
import { type Client, ioredis, nodeRedis, openRedis, redis } from "../services/redis.ts";
import { describeStore } from "./describe-store.ts";

const SKIPS = 7;

const open: Client[] = redis.missing
  ? []
  : await Promise.all([nodeRedis(), nodeRedis(), ioredis(), ioredis()]);
const [one, two, three, four] = open.map(({ client }) => client);

afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
});

// Skipped: what concerns sweep, and the case for stores that lack the capability by user.
await describeStore(
  "redisStore by node-redis",
  (clock) =>
    openRedis(
      clock,
      [one, two].filter((it) => it !== undefined),
    ),
  SKIPS,
  redis.missing,
);
await describeStore(
  "redisStore by ioredis",
  (clock) =>
    openRedis(
      clock,
      [three, four].filter((it) => it !== undefined),
    ),
  SKIPS,
  redis.missing,
);
