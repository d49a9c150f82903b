/** The way bytes travel: from the client to the server, or back. */
export type NetworkDirection = "requests" | "replies";

/**
 * What goes wrong on the way to a server. The network knows bytes, no protocol: a request begins with the first bytes after a
 * reply, a reply with the first bytes after a request.
 * - `refuse`: connections are reset and new ones refused, until another fault strikes or the network is healed.
 * - `reset`: every connection is reset, once. With `after`, only the one that has carried that many bytes of replies first.
 * - `stall`: bytes are accepted, as far as the buffers of the operating system go, and kept until the network is healed.
 * - `lose-reply`: a request is forwarded and executed, its reply is swallowed, and then its connection is reset. The server
 *   must be one that closes a connection once the client has, as those of Redis, Postgres, MySQL and HTTP do.
 * - `drip`: replies arrive `bytes` at a time, with a pause of `ms` milliseconds after each piece.
 */
export type NetworkFault =
  | { readonly kind: "refuse" }
  | {
      readonly kind: "reset";
      /** Bytes of replies that still arrive. Default: none, and no reply is waited for. */
      readonly after?: number;
    }
  | {
      readonly kind: "stall";
      /** What is kept back. Default: both. */
      readonly direction?: NetworkDirection | "both";
    }
  | {
      readonly kind: "lose-reply";
      /** Counts only requests that contain this text, or whose bytes so far it accepts. Default: all of them. */
      readonly match?: string | ((request: Buffer) => boolean);
      /** The first request whose reply is lost, counted over all connections from 1. Default: 1. */
      readonly nth?: number;
      /** How many in a row lose theirs, each with its connection. Default: 1. */
      readonly times?: number;
    }
  | {
      readonly kind: "drip";
      /** At least 1. */
      readonly bytes: number;
      readonly ms: number;
    };

/** @throws {RangeError} when a number of `fault` makes no sense. */
export function checkFault(fault: NetworkFault): void {
  const limits: Array<[name: string, value: number | undefined, least: number]> = [];
  if (fault.kind === "reset") limits.push(["after", fault.after, 0]);
  if (fault.kind === "lose-reply") limits.push(["nth", fault.nth, 1], ["times", fault.times, 1]);
  if (fault.kind === "drip") limits.push(["bytes", fault.bytes, 1], ["ms", fault.ms, 0]);
  for (const [name, value, least] of limits) {
    if (value !== undefined && !(value >= least)) {
      throw new RangeError(`${fault.kind}: ${name} must be at least ${least}, not ${value}`);
    }
  }
}
