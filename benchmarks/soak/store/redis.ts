import { redisStore } from "@coatcheck/store-redis";
import { createClient, createCluster } from "redis";
import type { OpenedStore } from "./open.ts";

/** Sessions go by themselves when they expire; a user's index goes with the last session. */
const dispose = async (): Promise<void> => {};
const prefixOf = (run: string): string => `coatcheck-soak-${run}:`;

export async function openRedis(url: string, run: string): Promise<OpenedStore> {
  // As an application should: a command that waits in the client's queue would be carried out long after its 503.
  const client = createClient({ url, disableOfflineQueue: true });
  // Every failed command is counted where it was asked for.
  await client.on("error", () => {}).connect();
  const store = redisStore({ client, prefix: prefixOf(run) });
  return { store, close: async () => client.destroy(), dispose };
}

export async function openRedisCluster(url: string, run: string): Promise<OpenedStore> {
  const root = url.replace("redis+cluster:", "redis:");
  const client = createCluster({
    rootNodes: [{ url: root }],
    defaults: { disableOfflineQueue: true },
  });
  await client.on("error", () => {}).connect();
  const store = redisStore({ client, prefix: prefixOf(run) });
  return { store, close: async () => client.destroy(), dispose };
}
