import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionId, SessionRecord } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { openDatabase } from "../../../examples/demo/src/accounts/database.ts";
import { Demo, placesFrom, SERVERS } from "../../../examples/demo/src/demo.ts";
import { settingsFrom } from "../../../examples/demo/src/environment.ts";
import { usersFile } from "../../../examples/demo/src/storage/files.ts";
import { demoPort } from "../demo-port.ts";
import { quickPasswords } from "../quick-passwords.ts";
import type { Scheme } from "../servers.ts";
import { Front } from "./front.ts";
import { serveTls } from "./serve-tls.ts";

/** The five, by name: for `describe.each`, which asks before they are up. */
export const SERVER_NAMES = placesFrom(0).map(({ name }) => name);

/** One of the demo's servers, as a browser reaches it: over plain HTTP, and over TLS under every host name. */
export interface DemoServer {
  readonly name: string;
  url(scheme: Scheme, host: string, path: string): string;
  /** What stands before the demo: routes of the test's own, and what has arrived. */
  readonly front: Front;
}

export interface DemoServers {
  of(name: string): DemoServer;
  /** A session as the store has it. */
  record(id: string): Promise<SessionRecord | undefined>;
  /** Makes a session look as if its user had last come so long ago. */
  age(id: string, ms: number): Promise<void>;
  /** The shop has kept nobody's cart. */
  emptyCarts(): void;
  close(): Promise<void>;
}

/** Starts the demo in this process, on free ports and files of its own. */
export async function startDemo(): Promise<DemoServers> {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-rules-"));
  const first = await demoPort();
  const demo = new Demo();
  const database = join(directory, "sessions.db");
  const env = { PORT: `${first}`, DEMO_DB: database };
  await demo.start(settingsFrom(env, SERVERS), Date.now, quickPasswords());
  const started = await Promise.all(
    demo.servers.map(async (server, index) => {
      const front = new Front(server);
      const tls = await serveTls(server);
      const ports: Record<Scheme, number> = {
        http: first + index,
        https: (tls.address() as AddressInfo).port,
      };
      const name = SERVER_NAMES[index] as string;
      const url: DemoServer["url"] = (scheme, host, path) =>
        `${scheme}://${host}:${ports[scheme]}${path}`;
      return { tls, name, url, front };
    }),
  );
  const store = sqliteStore({ path: database });
  const users = openDatabase(usersFile(database));
  const record = async (id: string) => store.read(id as SessionId);
  return {
    record,
    async age(id, ms) {
      const aged = await record(id);
      if (!aged) throw new Error(`there is no session ${id}`);
      const { expiresAt, lastSeenAt, version } = aged;
      const older = { lastSeenAt: lastSeenAt - ms, expiresAt: expiresAt - ms };
      // A touch moves times forward only.
      const outcome = await store.update({ ...aged, ...older, version: version + 1 }, version);
      if (outcome !== "ok") throw new Error(`the session is ${outcome}`);
    },
    emptyCarts: () => users.exec("DELETE FROM carts"),
    of: (name) => started.find((it) => it.name === name) as DemoServer,
    async close() {
      for (const { tls } of started) tls.close();
      demo.hurry();
      await demo.close();
      await store.close();
      users.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
