import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@coatcheck/core";
import { createPasswords, type Passwords } from "@coatcheck/password";
import { Accounts } from "./accounts/accounts.ts";
import { Attempts } from "./accounts/attempts.ts";
import { Carts } from "./accounts/carts.ts";
import { openDatabase } from "./accounts/database.ts";
import { readAssets } from "./assets.ts";
import type { Settings } from "./environment.ts";
import { OpenPages } from "./live/open-pages.ts";
import { startExpress } from "./servers/express.ts";
import { startFastify } from "./servers/fastify.ts";
import { startKoa } from "./servers/koa.ts";
import { startNestOnExpress } from "./servers/nest-on-express.ts";
import { startNestOnFastify } from "./servers/nest-on-fastify.ts";
import type { RunningServer, StartServer } from "./servers/server.ts";
import type { Place } from "./shop/context.ts";
import { createGuards } from "./shop/guards.ts";
import { createShop } from "./shop/shop.ts";
import { keysFile, usersFile } from "./storage/files.ts";
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
  readonly #databases: DatabaseSync[] = [];
  readonly #openPages: OpenPages[] = [];
  #rows: Rows | undefined;

  /** In the order of their ports, once they are up. */
  get servers(): readonly Server[] {
    return this.#running.map(({ server }) => server);
  }

  /**
   * @param clock of the sessions, in milliseconds since the epoch
   * @param passwords one for the process, as it bounds the memory that a storm of logins takes
   */
  async start(
    settings: Settings,
    clock: Clock = Date.now,
    passwords: Passwords = createPasswords(),
  ): Promise<void> {
    const { port: first, host, database, secure } = settings;
    mkdirSync(dirname(database), { recursive: true });
    const assets = await readAssets();
    const everywhere = placesFrom(first);
    const keys = keysFrom(keysFile(database));
    const ledger = new Ledger();
    const rows = new Rows(database, clock);
    this.#rows = rows;
    for (const [index, [name, startServer]] of kinds.entries()) {
      const storages = new Storages(settings, keys, clock);
      this.#storages.push(storages);
      const users = openDatabase(usersFile(database));
      this.#databases.push(users);
      const accounts = new Accounts(users, passwords);
      if (index === 0) {
        this.swept = await storages.sweep();
        await accounts.seed();
      }
      const openPages = new OpenPages();
      this.#openPages.push(openPages);
      const port = first + index;
      const shop = createShop({
        storages,
        accounts,
        attempts: new Attempts(users, settings.lockSeconds * 1000),
        carts: new Carts(users),
        assets,
        guards: createGuards(accounts, settings.freshSeconds),
        openPages,
        freshSeconds: settings.freshSeconds,
        // Two minutes, or less where that is most of the time there is.
        warnMs: Math.min(120_000, Math.floor(settings.idleMs / 3)),
        rows,
        here: { name, port },
        everywhere,
        ledger,
        secureCookie: secure,
      });
      const running = await startServer({ storages, shop, assets, port, host });
      this.#running.push(running);
      watchServer(running.server, name, ledger);
    }
  }

  /** Lets running requests end, then closes the stores. */
  async close(): Promise<void> {
    for (const openPages of this.#openPages) openPages.close();
    await Promise.all(
      this.#running.map(({ server, close }) => {
        server.closeIdleConnections();
        return close();
      }),
    );
    await Promise.all(this.#storages.map((storages) => storages.close()));
    for (const database of this.#databases) database.close();
    await this.#rows?.close();
  }

  /** Ends connections that their clients keep open. */
  hurry(): void {
    for (const { server } of this.#running) server.closeAllConnections();
  }
}
