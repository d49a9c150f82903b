import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { describeWith } from "../../services/services.ts";
import { chromiumBinary } from "../binary.ts";
import { type DemoServer, type DemoServers, SERVER_NAMES, startDemo } from "./demo-servers.ts";
import { Shopper } from "./shopper.ts";

/** One of the demo's servers, and a browser to visit it with. */
export interface DemoWorld {
  readonly browser: Browser;
  readonly server: DemoServer;
  readonly demo: DemoServers;
  /** Somebody with an empty jar and one tab, who is gone after the test. */
  shopper(): Promise<Shopper>;
}

const ARGS = {
  // Every name is this machine.
  args: ["--host-resolver-rules=MAP * 127.0.0.1"],
  // Playwright turns it off, and people have it.
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
};

/** A suite in a real Chromium, once for each server of the demo. Without a browser it is skipped with the reason; with `CI=true` that is a failure. */
export function describeDemo(name: string, suite: (world: () => DemoWorld) => void): void {
  const binary = chromiumBinary();
  describeWith(binary, name, () => {
    const started = new AsyncDisposableStack();
    let demo: DemoServers;
    let browser: Browser;
    beforeAll(async () => {
      demo = started.adopt(await startDemo(), (it) => it.close());
      browser = started.adopt(
        await chromium.launch({ executablePath: binary.path, ...ARGS }),
        (it) => it.close(),
      );
    });
    afterAll(() => started.disposeAsync());
    describe.each(SERVER_NAMES)("%s", (serverName) => {
      const visits = new Set<Shopper>();
      beforeEach(() => demo.of(serverName).front.forget());
      suite(() => ({
        browser,
        demo,
        server: demo.of(serverName),
        async shopper() {
          const shopper = await Shopper.of(browser, demo.of(serverName));
          visits.add(shopper);
          return shopper;
        },
      }));
      afterAll(async () => {
        for (const shopper of visits) await shopper[Symbol.asyncDispose]();
      });
    });
  });
}
