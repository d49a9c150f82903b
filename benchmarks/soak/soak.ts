import { setTimeout } from "node:timers/promises";
import { Jar } from "./client/jar.ts";
import { Tab } from "./client/tab.ts";
import { audit } from "./ledger/audit.ts";
import type { Check } from "./ledger/check.ts";
import { Ledger } from "./ledger/ledger.ts";
import type { SoakOptions } from "./options.ts";
import { type Output, Progress } from "./report/progress.ts";
import { Tally } from "./report/tally.ts";
import { LocalServer } from "./server/local.ts";
import { managerOf, STORE_TIMEOUT_MS } from "./server/manager.ts";
import type { Server, ServerSettings } from "./server/message.ts";
import { RemoteServer } from "./server/remote.ts";
import { isStepwise, type OpenedStore, openStore } from "./store/open.ts";

export interface SoakResult {
  readonly checks: readonly Check[];
  readonly violations: number;
  readonly tally: Tally;
  readonly seconds: number;
  readonly sessions: number;
  readonly forgotten: number;
}

/** Loads a store for a while and checks every acknowledged operation against what it holds. `given`: in place of the URL's store. */
export async function soak(
  options: SoakOptions,
  output: Output,
  given?: OpenedStore,
): Promise<SoakResult> {
  const settings = settingsOf(options);
  const opened = given ?? (await openStore(options.store, settings.run, true));
  const servers: Server[] = [];
  try {
    const sessions = managerOf(opened.store, settings);
    for (let i = 0; i < options.processes; i++) {
      const alone = options.processes === 1;
      servers.push(
        alone
          ? new LocalServer(sessions, isStepwise(options.store))
          : await RemoteServer.start(settings),
      );
    }
    const ledger = new Ledger(settings, options.dataBytes);
    const { tally, jars, seconds } = await load(options, settings, servers, ledger, output);
    // What nobody has an answer to may still be carried out.
    if (tally.unknown > 0) await setTimeout(STORE_TIMEOUT_MS + 500);
    output.write(`checking ${ledger.archive.accounts.size} sessions\n`);
    const cookies = jars.map(({ cookie }) => cookie);
    await audit(ledger, opened.store, sessions, cookies);
    const checks = Object.values(ledger.checks);
    const violations = checks.reduce((sum, check) => sum + check.violations, 0);
    const { forgotten, accounts } = ledger.archive;
    await opened.dispose();
    return { checks, violations, tally, seconds, sessions: accounts.size + forgotten, forgotten };
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    await opened.close();
  }
}

/** Lets the clients work until the time is over and every request is answered. */
async function load(
  options: SoakOptions,
  settings: ServerSettings,
  servers: readonly Server[],
  ledger: Ledger,
  output: Output,
) {
  const tally = new Tally();
  const began = performance.now();
  const endsAt = began + options.seconds * 1_000;
  const isOver = () => performance.now() >= endsAt;
  const jars = Array.from({ length: Math.ceil(options.clients / options.tabs) }, () => new Jar());
  // A few more browsers than sessions that their users may have, so that the limit ends some.
  const users = Array.from(
    { length: Math.max(2, Math.ceil(jars.length / (options.perUser + 2))) },
    (_, i) => `user${i}-${settings.run}`,
  );
  const progress = new Progress(tally, endsAt, output);
  const tabs = Array.from({ length: options.clients }, (_, index) => {
    const browser = Math.floor(index / options.tabs);
    const home = browser % users.length;
    const own = { index, users: [...users.slice(home), ...users.slice(0, home)] };
    // The tabs of one browser meet different processes.
    const server = servers[index % servers.length] as Server;
    const world = { server, ledger, tally, jar: jars[browser] as Jar, isOver };
    return new Tab({ ...options, ...own }, world).run();
  });
  try {
    await Promise.all(tabs);
  } finally {
    progress.stop();
  }
  return { tally, jars, seconds: (performance.now() - began) / 1_000 };
}

function settingsOf({ store, perUser, idle, grace }: SoakOptions): ServerSettings {
  const run = `${process.pid}_${Math.floor(Math.random() * 2 ** 40).toString(36)}`;
  // So short that sessions under load are touched too: every write moves the times as well.
  const touchEvery = 20;
  return { store, run, perUser, idle, touchEvery, grace };
}
