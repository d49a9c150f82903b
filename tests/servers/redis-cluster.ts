import { join } from "node:path";
import { afterTest, temporaryDirectory } from "./clean-up.ts";
import { type ClusterNode, Node } from "./cluster-node.ts";
import { untilKnown, untilMet, untilReady } from "./cluster-ready.ts";
import { freePort } from "./free-port.ts";
import type { AppendOnly } from "./redis-process.ts";

const SLOTS = 16_384;

export interface RedisClusterOptions {
  /** Default: 3, the fewest with which the others can agree that one is dead. */
  readonly primaries?: number;
  /** For each primary. Default: 0. */
  readonly replicas?: 0 | 1;
  /** Default: `always`. */
  readonly appendonly?: AppendOnly;
}

/** A Redis cluster of one's own. It is stopped after the test that started it. */
export interface RedisCluster {
  /** First the nodes that began as primaries, then their replicas, in the same order. */
  readonly nodes: readonly ClusterNode[];
  /** SIGKILL: a crash. */
  kill(node: ClusterNode): Promise<void>;
  /** Starts a node again on the same port and directory; one that still runs is ended in order first. */
  restart(node: ClusterNode): Promise<void>;
  /** Resolves when the nodes that run serve all slots and every replica follows its primary: after `kill`, when one took over. */
  ready(): Promise<void>;
  /** Ends all and removes their directories; may be called again. */
  stop(): Promise<void>;
}

export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { primaries: count = 3, replicas: perPrimary = 0, appendonly = "always" } = options;
  const directory = temporaryDirectory();
  const ports = new Set<number>();
  while (ports.size < count * (1 + perPrimary)) ports.add(await freePort());
  const nodes = [...ports].map(
    (port) => new Node(port, join(directory.path, String(port)), appendonly),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    directory.remove();
  };
  afterTest(stop);
  await Promise.all(nodes.map((node) => node.start()));
  await form(nodes.slice(0, count), nodes.slice(count));
  await untilReady(nodes);

  const own = ({ port }: ClusterNode): Node => {
    const found = nodes.find((node) => node.port === port);
    if (found === undefined) throw new RangeError(`no node on port ${port}`);
    return found;
  };
  return {
    nodes,
    kill: (node) => own(node).kill(),
    restart: (node) => own(node).restart(),
    ready: () => untilReady(nodes),
    stop,
  };
}

async function form(primaries: readonly Node[], replicas: readonly Node[]): Promise<void> {
  const nodes = [...primaries, ...replicas];
  const bound = (i: number) => Math.floor((i * SLOTS) / primaries.length);
  for (const [i, node] of primaries.entries()) {
    await node.ask("CLUSTER", "ADDSLOTSRANGE", String(bound(i)), String(bound(i + 1) - 1));
  }
  for (const [i, node] of nodes.entries()) {
    // Different ones from the beginning, or the nodes have to sort it out among themselves.
    await node.ask("CLUSTER", "SET-CONFIG-EPOCH", String(i + 1));
    // Each with all before it: left to gossip, it takes seconds until everybody knows everybody.
    for (const other of nodes.slice(0, i)) {
      await node.ask("CLUSTER", "MEET", "127.0.0.1", String(other.port));
    }
  }
  await untilMet(nodes);
  await Promise.all(
    replicas.map(async (replica, i) => {
      const primaryId = (await primaries[i]?.ask("CLUSTER", "MYID")) ?? "";
      await untilKnown(replica, primaryId);
      await replica.ask("CLUSTER", "REPLICATE", primaryId);
    }),
  );
}
