import { expect, test } from "vitest";
import type { TestServer } from "../servers/server.ts";
import type { Driver } from "../services/drivers.ts";
import { startApplication } from "./application.ts";
import { Load } from "./load.ts";
import { open } from "./open.ts";
import { untilTold, watchUncaught } from "./uncaught.ts";

const KILLS = 3;
const LIMIT_MS = 500;
// A request asks the store twice. The rest is for a machine that is busy with other tests.
const IN_TIME_MS = 2 * LIMIT_MS + 1_500;

/** What holds for a store whose server is killed under load, again and again. */
export function describeKilled(driver: Driver, start: () => Promise<TestServer>): void {
  test(`G10 ${driver.name}: a server killed ${KILLS} times under load costs no acknowledged write and no session`, async () => {
    const uncaught = watchUncaught();
    const server = await start();
    const store = await open(driver, [server.url], "sessions");
    const { port } = await startApplication(store, { storeTimeout: `${LIMIT_MS}ms` });
    const load = new Load({ port });

    await load.progress(10);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await Promise.all([server.kill(), load.refusals(1)]);
      await load.refusals(load.clients.length * 2);
      await server.restart();
      await load.progress(15);
    }
    await load.stop();
    await untilTold();

    expect(load.findings).toEqual([]);
    expect(load.slowestRefusal).toBeLessThan(IN_TIME_MS);
    expect(uncaught).toEqual([]);
  }, 60_000);
}
