import { once } from "node:events";
import type { Server } from "node:http";
import type { Assets } from "../assets.ts";
import type { Shop } from "../shop/shop.ts";
import type { Storages } from "../storage/storages.ts";

/** What each server is given. */
export interface ServerSetup {
  readonly storages: Storages;
  readonly shop: Shop;
  readonly assets: Assets;
  readonly port: number;
  readonly host: string;
}

export interface RunningServer {
  readonly server: Server;
  /** Lets running requests end and refuses new ones. */
  readonly close: () => Promise<unknown>;
}

export type StartServer = (setup: ServerSetup) => Promise<RunningServer>;

/** The form that `app.listen` of Koa and Express leaves to Node: up once it listens, an error if it cannot. */
export async function listening(server: Server): Promise<RunningServer> {
  if (!server.listening) await once(server, "listening");
  return { server, close: () => new Promise((done) => server.close(done)) };
}

/** A visitor who leaves before the end, as one who closes a page with a stream, is no error. */
export function hasLeft(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}
