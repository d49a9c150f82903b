/** A client, or a Cluster client, of ioredis: what the store uses of it. */
export interface IoredisLike {
  readonly isCluster: boolean;
  call(command: string, args: string[]): Promise<unknown>;
}

/** Overrides a client that was told to turn texts into something else. */
interface PlainReplies {
  readonly typeMapping: Record<string, never>;
}

const PLAIN: PlainReplies = { typeMapping: {} };

interface CommandOptions extends PlainReplies {
  /** Milliseconds that a command may wait until it is written; 0: no limit. */
  readonly timeout?: number;
}

/**
 * For a client that is connected, which writes in this very turn of the event loop unless its socket is full: there is no wait to be limited. By default node-redis makes an `AbortSignal.timeout` for
 * every command, and each of those lives for its five seconds. A client that is not connected keeps it, so that its queue does not grow for as long as the server
 * is away. How long a reply may take is `storeTimeout`'s business in either case.
 */
const WRITTEN_AT_ONCE: CommandOptions = { ...PLAIN, timeout: 0 };

/** So many replies are waited for at most without that limit: a server that hangs leaves its clients connected, and once its socket is full they only queue. */
const MOST_WITHOUT_LIMIT = 1000;

/** A client, or a pool of clients, of node-redis: what the store uses of it. */
export interface NodeRedisLike {
  /** Of a client; a pool has none. */
  readonly isReady?: boolean;
  sendCommand(args: string[], options?: CommandOptions): Promise<unknown>;
}

/** A Cluster client of node-redis: what the store uses of it. */
export interface NodeRedisClusterLike {
  readonly masters: readonly unknown[];
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
    options?: PlainReplies,
  ): Promise<unknown>;
}

/** A Sentinel client of node-redis: what the store uses of it. */
export interface NodeRedisSentinelLike {
  getSentinelNode(): unknown;
  sendCommand(
    isReadonly: boolean | undefined,
    args: string[],
    options?: PlainReplies,
  ): Promise<unknown>;
}

/** Any client that the store can work with. It stays the caller's: who connected it closes it. */
export type RedisClientLike =
  | IoredisLike
  | NodeRedisLike
  | NodeRedisClusterLike
  | NodeRedisSentinelLike;

/** One command for the node that has `key`, which is also among `args`. */
export type Send = (key: string, args: string[]) => Promise<unknown>;

/** How to talk to a client, whichever it is. */
export interface Connection {
  readonly send: Send;
  /** Keys live on several nodes. */
  readonly isCluster: boolean;
}

/** `undefined` for something that is no client. */
export function connectionOf(client: unknown): Connection | undefined {
  if (typeof client !== "object" || client === null) return undefined;
  if (isIoredis(client)) {
    return {
      isCluster: client.isCluster === true,
      send: (_key, [command, ...args]) => client.call(command as string, args),
    };
  }
  if (isNodeRedisCluster(client)) {
    // Never a read-only command, which a replica may answer with what was true a moment ago.
    return { isCluster: true, send: (key, args) => client.sendCommand(key, false, args, PLAIN) };
  }
  if (isNodeRedisSentinel(client)) {
    return { isCluster: false, send: (_key, args) => client.sendCommand(false, args, PLAIN) };
  }
  if (isNodeRedis(client)) {
    return { isCluster: false, send: sendBy(client) };
  }
  return undefined;
}

function sendBy(client: NodeRedisLike): Send {
  let waiting = 0;
  const replied = () => {
    waiting--;
  };
  return (_key, args) => {
    const isQuick = client.isReady === true && waiting < MOST_WITHOUT_LIMIT;
    const reply = client.sendCommand(args, isQuick ? WRITTEN_AT_ONCE : PLAIN);
    waiting++;
    reply.then(replied, replied);
    return reply;
  };
}

export function isIoredis(client: object): client is IoredisLike {
  return "call" in client && typeof client.call === "function" && "isCluster" in client;
}

export function isNodeRedisCluster(client: object): client is NodeRedisClusterLike {
  return "masters" in client && isNodeRedis(client);
}

export function isNodeRedisSentinel(client: object): client is NodeRedisSentinelLike {
  return "getSentinelNode" in client && isNodeRedis(client);
}

function isNodeRedis(client: object): client is NodeRedisLike {
  return "sendCommand" in client && typeof client.sendCommand === "function";
}
