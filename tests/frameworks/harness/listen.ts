import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunningApp } from "@coatcheck/testkit";

/** More than the suite's largest Cookie header. */
export const MAX_HEADER_SIZE = 4 * 1024 * 1024;

/** Lets `server` listen on a free port of the loopback interface. */
export async function listen(server: Server): Promise<RunningApp> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return running(server, async () => {
    await new Promise<unknown>((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });
}

/** A server that listens already. */
export function running(server: Server, close: () => Promise<void>): RunningApp {
  return { port: (server.address() as AddressInfo).port, server, close };
}
