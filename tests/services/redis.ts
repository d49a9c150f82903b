import { randomBytes } from "node:crypto";
import type { Clock } from "@coatcheck/core";
import { type RedisClientLike, type RedisSubscriberLike, redisStore } from "@coatcheck/store-redis";
import { Redis } from "ioredis";
import { createClient, type RedisClientType } from "redis";
import type { OpenedStore } from "../stores/describe-store.ts";
import { redisService } from "./services.ts";

export const redis = await redisService();

/** A client to close when the tests are over. */
export interface Client<Like = RedisClientLike> {
  readonly client: Like;
  close(): Promise<unknown>;
}

export async function nodeRedis(url = redis.url): Promise<Client<RedisClientType>> {
  const client = createClient({ url });
  await client.on("error", () => {}).connect();
  return { client, close: () => client.close() };
}

export async function ioredis(keyPrefix = "", url = redis.url): Promise<Client<Redis>> {
  const client = new Redis(url, { keyPrefix, lazyConnect: true });
  await client.on("error", () => {}).connect();
  return { client, close: () => client.quit() };
}

/** What the keys of one test begin with. */
export function uniquePrefix(): string {
  return `coatcheck-test-${randomBytes(6).toString("hex")}:`;
}

let sweeper: Promise<Redis> | undefined;

/** Removes keys of a test from the server that is not the tests' own: its clock is years behind theirs. */
export async function removeKeys(prefix: string): Promise<void> {
  sweeper ??= ioredis().then(({ client }) => client);
  const keys = await (await sweeper).keys(`${prefix}*`);
  if (keys.length > 0) await (await sweeper).unlink(keys);
}

/** A store on keys of its own, which can notify where it has a subscriber. */
export function openRedis(
  clock: Clock,
  clients: readonly RedisClientLike[],
  subscribers: readonly RedisSubscriberLike[] = [],
): OpenedStore {
  const prefix = uniquePrefix();
  const [store, peer] = clients.map((client, i) => {
    const subscriber = subscribers[i];
    return redisStore({ client, prefix, clock, ...(subscriber && { subscriber }) });
  });
  if (store === undefined) throw new TypeError("a store needs a client");
  return { store, ...(peer && { peer }), dispose: () => removeKeys(prefix) };
}
