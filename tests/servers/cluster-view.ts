/** What one node of a Redis cluster believes, from its reply to CLUSTER NODES. */
export interface ClusterView {
  /** The node that was asked. */
  readonly id: string;
  readonly role: "primary" | "replica";
  /** Nodes it knows by now, itself included. */
  readonly known: number;
  /** Who serves which slots: "0-5460 of 1f0e...", sorted. */
  readonly slots: readonly string[];
  /** The ids of those who serve slots. */
  readonly owners: ReadonlySet<string>;
}

// <id> <address> <flags> <primary's id> <ping> <pong> <epoch> <link> <slots>...
export function parseView(nodes: string): ClusterView {
  const lines = nodes
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([id = "", , flags = "", , , , , , ...slots]) => ({ id, flags: flags.split(","), slots }));
  const own = lines.find(({ flags }) => flags.includes("myself"));
  if (own === undefined) throw new Error(`not a reply to CLUSTER NODES: ${nodes}`);
  const owners = lines.filter(({ flags, slots }) => flags.includes("master") && slots.length > 0);
  return {
    id: own.id,
    role: own.flags.includes("master") ? "primary" : "replica",
    known: lines.filter(({ flags }) => !flags.includes("handshake")).length,
    slots: owners.map(({ id, slots }) => `${slots.join(" ")} of ${id}`).sort(),
    owners: new Set(owners.map(({ id }) => id)),
  };
}
