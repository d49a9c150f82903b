import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { describeWith } from "../../services/services.ts";
import { chromiumBinary } from "../binary.ts";
import { Visitor } from "../visitor.ts";
import { type DemoServer, type DemoServers, SERVER_NAMES, startDemo } from "./demo-servers.ts";
import { Shopper } from "./shopper.ts";

/** One of the demo's servers, and a browser to visit it with. */
export interface DemoWorld {
  readonly browser: Browser;
  readonly server: DemoServer;
  readonly demo: DemoServers;
  /** Somebody with an empty jar and one tab; the same browser profile each time: a new one costs half a second. */
  shopper(): Promise<Shopper>;
}

const ARGS = [
  // Every name is this machine.
  "--host-resolver-rules=MAP * 127.0.0.1",
  // The certificate of the tests is nobody's. Without this no service worker comes from there.
  "--ignore-certificate-errors",
];

/** A suite in a real Chromium, once for each server of the demo. Without a browser it is skipped with the reason; with `CI=true` that is a failure. */
export function describeDemo(
  name: string,
  suite: (world: () => DemoWorld) => void,
  options: LaunchOptions = {},
): void {
  const binary = chromiumBinary();
  describeWith(binary, name, () => {
    const started = new AsyncDisposableStack();
    let demo: DemoServers;
    let browser: Browser;
    let visitor: Visitor;
    beforeAll(async () => {
      demo = started.adopt(await startDemo(), (it) => it.close());
      browser = started.adopt(
        await chromium.launch({ executablePath: binary.path, args: ARGS, ...options }),
        (it) => it.close(),
      );
      visitor = await Visitor.of(browser);
    });
    afterAll(() => started.disposeAsync());
    describe.each(SERVER_NAMES)("%s", (serverName) => {
      const server = () => demo.of(serverName);
      beforeEach(() => {
        server().front.beginAnew();
        demo.emptyCarts();
      });
      suite(() => ({
        browser,
        demo,
        server: server(),
        async shopper() {
          const shopper = new Shopper(visitor, server());
          await shopper.beginAnew();
          return shopper;
        },
      }));
    });
  });
}
