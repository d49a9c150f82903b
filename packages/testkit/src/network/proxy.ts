import { once } from "node:events";
import { createServer } from "node:net";
import { checkFault, type NetworkFault } from "./fault.ts";
import { Link } from "./link.ts";
import { listen, listenSomewhere } from "./listen.ts";
import { Weather } from "./weather.ts";

/** The server that a proxy stands before. */
export interface ProxyTarget {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
}

/** A stretch of network between a client and a server, on which faults strike at will. */
export interface FaultProxy {
  readonly host: "127.0.0.1";
  /** The same for the proxy's whole life. */
  readonly port: number;
  /** Clients connected now. */
  readonly connections: number;
  /** How often the present fault has struck; after `heal`, the last one. */
  readonly struck: number;
  /** `target`, a URL of the server, with host and port of the proxy instead. */
  url(target: string): string;
  /**
   * `fault` takes the place of the one before, on the connections that exist and on those to come. Resolves when it is in force.
   *
   * @throws {RangeError} when a number in it makes no sense.
   */
  strike(fault: NetworkFault): Promise<void>;
  /** The network works again: what was stalled goes on its way, and connections are accepted. */
  heal(): Promise<void>;
  /**
   * Resolves when the present fault has struck `times` times, default 1: has kept back bytes, swallowed a reply, and so on.
   * Rejects if the proxy is closed before.
   */
  untilStruck(times?: number): Promise<void>;
  /** Resets what is connected and ends. */
  close(): Promise<void>;
}

/** A TCP proxy on the loopback interface before `target`. All is well until `strike`. */
export async function faultProxy({ host = "127.0.0.1", port }: ProxyTarget): Promise<FaultProxy> {
  const weather = new Weather();
  const links = new Set<Link>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const link = new Link(client, { host, port }, weather);
    links.add(link);
    void link.closed.then(() => links.delete(link));
  });
  const own = await listenSomewhere(server);

  const resetAll = async (): Promise<void> => {
    const all = [...links];
    for (const link of all) link.reset();
    await Promise.all(all.map((link) => link.closed));
  };
  const refuse = async (): Promise<void> => {
    const closed = server.listening ? once(server.close(), "close") : undefined;
    await resetAll();
    await closed;
  };
  const accept = async (): Promise<void> => {
    if (!server.listening) await listen(server, own);
  };

  return {
    host: "127.0.0.1",
    port: own,
    get connections() {
      return links.size;
    },
    get struck() {
      return weather.struck;
    },
    url: (target) => Object.assign(new URL(target), { hostname: "127.0.0.1", port: own }).href,
    strike: async (fault) => {
      checkFault(fault);
      weather.change(fault);
      if (fault.kind === "refuse") {
        await refuse();
        weather.strike();
        return;
      }
      await accept();
      if (fault.kind === "reset" && fault.after === undefined) {
        weather.clear();
        await resetAll();
        weather.strike();
      }
    },
    heal: async () => {
      weather.clear();
      await accept();
    },
    untilStruck: (times = 1) => weather.untilStruck(times),
    close: async () => {
      weather.end();
      await refuse();
    },
  };
}
