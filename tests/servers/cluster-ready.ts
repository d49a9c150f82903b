import type { Node } from "./cluster-node.ts";
import { type ClusterView, parseView } from "./cluster-view.ts";
import { until } from "./until.ts";

/**
 * Waits until all running nodes call the cluster whole, agree on who serves which slots, each of those who do is running, and
 * every running replica is connected to its primary. Notes the roles that the nodes then have.
 */
export async function untilReady(all: readonly Node[]): Promise<void> {
  await until(async () => {
    const nodes = all.filter((node) => node.isRunning);
    const views = await Promise.all(nodes.map(viewOf));
    const [first] = views;
    const ids = new Set(views.map(({ id }) => id));
    for (const [i, node] of nodes.entries()) {
      const view = views[i];
      if (!first || !view) continue;
      if (view.slots.join() !== first.slots.join()) return "the nodes disagree on the slots";
      if (![...view.owners].every((id) => ids.has(id))) return "a node that is dead owns slots";
      const lacking = await lackingAt(node, view);
      if (lacking !== undefined) return `port ${node.port}: ${lacking}`;
    }
    for (const [i, node] of nodes.entries()) node.role = views[i]?.role ?? node.role;
    return undefined;
  });
}

/** Waits until every node knows every other by its name. */
export async function untilMet(nodes: readonly Node[]): Promise<void> {
  await until(async () => {
    const views = await Promise.all(nodes.map(viewOf));
    return views.every(({ known }) => known === nodes.length) ? undefined : "not all have met";
  });
}

/** Waits until `node` knows that `primaryId` serves slots: before, it cannot follow it. */
export async function untilKnown(node: Node, primaryId: string): Promise<void> {
  await until(async () => {
    const { owners } = await viewOf(node);
    return owners.has(primaryId) ? undefined : `port ${node.port} does not know its primary`;
  });
}

async function viewOf(node: Node): Promise<ClusterView> {
  return parseView(await node.ask("CLUSTER", "NODES"));
}

async function lackingAt(node: Node, { role }: ClusterView): Promise<string | undefined> {
  const info = await node.ask("CLUSTER", "INFO");
  for (const line of ["cluster_state:ok", "cluster_slots_ok:16384"]) {
    if (!info.includes(`${line}\r\n`)) return `not ${line}`;
  }
  if (role === "primary") return undefined;
  const replication = await node.ask("INFO", "replication");
  return replication.includes("master_link_status:up") ? undefined : "not linked to its primary";
}
