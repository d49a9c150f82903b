import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Settings } from "./environment.ts";
import { startExpress } from "./servers/express.ts";
import { startFastify } from "./servers/fastify.ts";
import { startKoa } from "./servers/koa.ts";
import { startNestOnExpress } from "./servers/nest-on-express.ts";
import { startNestOnFastify } from "./servers/nest-on-fastify.ts";
import type { RunningServer, StartServer } from "./servers/server.ts";
import type { Place } from "./shop/context.ts";
import { createShop } from "./shop/shop.ts";
import { keysFile } from "./storage/files.ts";
import { keysFrom } from "./storage/keys.ts";
import { Rows } from "./storage/rows.ts";
import { Storages } from "./storage/storages.ts";
import { Ledger } from "./watch/ledger.ts";
import { watchServer } from "./watch/server.ts";

const kinds: ReadonlyArray<readonly [name: string, start: StartServer]> = [
  ["Fastify", startFastify],
  ["Koa", startKoa],
  ["Express", startExpress],
  ["Nest on Express", startNestOnExpress],
  ["Nest on Fastify", startNestOnFastify],
];

export const SERVERS = kinds.length;

export function placesFrom(port: number): Place[] {
  return kinds.map(([name], index) => ({ name, port: port + index }));
}

/** The five servers, up. */
export class Demo {
  /** Expired sessions that were removed at the start. */
  swept = 0;
  readonly #running: RunningServer[] = [];
  readonly #storages: Storages[] = [];
  #rows: Rows | undefined;

  async start(settings: Settings): Promise<void> {
    const { port: first, host, database, secure } = settings;
    mkdirSync(dirname(database), { recursive: true });
    const css = readFileSync(new URL("style.css", import.meta.url), "utf8");
    const everywhere = placesFrom(first);
    const keys = keysFrom(keysFile(database));
    const ledger = new Ledger();
    const rows = new Rows(database);
    this.#rows = rows;
    for (const [index, [name, startServer]] of kinds.entries()) {
      const storages = new Storages(settings, keys);
      this.#storages.push(storages);
      if (index === 0) this.swept = await storages.sweep();
      const port = first + index;
      const shop = createShop({
        storages,
        rows,
        here: { name, port },
        everywhere,
        ledger,
        secureCookie: secure,
      });
      const running = await startServer({ storages, shop, css, port, host });
      this.#running.push(running);
      watchServer(running.server, name, ledger);
    }
  }

  /** Lets running requests end, then closes the stores. */
  async close(): Promise<void> {
    await Promise.all(
      this.#running.map(({ server, close }) => {
        server.closeIdleConnections();
        return close();
      }),
    );
    await Promise.all(this.#storages.map((storages) => storages.close()));
    await this.#rows?.close();
  }

  /** Ends connections that their clients keep open. */
  hurry(): void {
    for (const { server } of this.#running) server.closeAllConnections();
  }
}
