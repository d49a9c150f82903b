import { isIoredis, isNodeRedisCluster, isNodeRedisSentinel } from "./client.ts";

interface Emitter {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A client of ioredis that does nothing but subscribe. */
export interface IoredisSubscriberLike extends Emitter {
  readonly isCluster: boolean;
  call(command: string, args: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

/** A client of node-redis that does nothing but subscribe, or a Cluster client, which has a connection for that. */
export interface NodeRedisSubscriberLike extends Emitter {
  subscribe(channel: string, listener: (text: unknown) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (text: unknown) => void): Promise<unknown>;
}

/** Any client that can subscribe and tells of its connection. It stays the caller's: who connected it closes it. */
export type RedisSubscriberLike = IoredisSubscriberLike | NodeRedisSubscriberLike;

/** What comes by the channel; `undefined` when something may have been missed. */
export type Hear = (text: string | undefined) => void;

/** How to hear of one channel. */
export interface Subscription {
  /** Resolves when it stands. From then on it comes back with the connection. */
  begin(): Promise<void>;
  end(): Promise<unknown>;
}

/**
 * Of which client it can be heard when its subscription was cut off. A Cluster client of ioredis and a Sentinel client of node-redis keep a
 * connection for it of which they tell nothing.
 */
export function isSubscriber(client: unknown): client is RedisSubscriberLike {
  if (typeof client !== "object" || client === null || isNodeRedisSentinel(client)) return false;
  const { subscribe, unsubscribe, on, off } = client as Partial<NodeRedisSubscriberLike>;
  const isClient = [subscribe, unsubscribe, on, off].every((it) => typeof it === "function");
  return isClient && !(isIoredis(client) && client.isCluster);
}

/** How many subscriptions stand on a channel of an ioredis client, which has but one of its own for all. */
const standing = new WeakMap<object, Map<string, number>>();

/** One more or one less; how many there are now. */
function count(client: object, channel: string, change: 1 | -1): number {
  const counts = standing.get(client) ?? new Map<string, number>();
  standing.set(client, counts);
  const now = (counts.get(channel) ?? 0) + change;
  if (now > 0) counts.set(channel, now);
  else counts.delete(channel);
  return now;
}

export function subscriptionOf(
  client: RedisSubscriberLike,
  channel: string,
  hear: Hear,
): Subscription {
  const ioredis = isIoredis(client);
  const receive = (text: unknown) => hear(`${text}`);
  const subscribe = () =>
    ioredis ? client.subscribe(channel) : client.subscribe(channel, receive);
  const missed = () => hear(undefined);
  // Clients subscribe again by themselves. But ioredis says "ready" first, and a Cluster of node-redis may drop what was to be subscribed
  // on a new node: to do it once more is harmless, and its answer says that it stands.
  const back = () => subscribe().then(missed, () => {});
  // Also at each attempt to come back: what ends meanwhile is found by looking, from time to time. A Cluster tells of all its nodes.
  const node = isNodeRedisCluster(client) ? "node-" : "";
  const handlers = Object.entries({
    [`${node}reconnecting`]: missed,
    [`${node}ready`]: back,
    ...(ioredis && {
      message: (name: unknown, text: unknown) => name === channel && receive(text),
    }),
  });
  const detach = () => {
    for (const [event, handler] of handlers) client.off(event, handler);
    return count(client, channel, -1);
  };
  return {
    async begin() {
      for (const [event, handler] of handlers) client.on(event, handler);
      count(client, channel, 1);
      try {
        await subscribe();
      } catch (error) {
        detach();
        throw error;
      }
    },
    async end() {
      const others = detach();
      if (!ioredis) await client.unsubscribe(channel, receive);
      // Another store of the same prefix would hear nothing more, and not be told.
      else if (others === 0) await client.unsubscribe(channel);
    },
  };
}
