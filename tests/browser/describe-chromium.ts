import type { RequestListener } from "node:http";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { describeWith } from "../services/services.ts";
import { chromiumBinary } from "./binary.ts";
import { type Servers, startServers } from "./servers.ts";
import { Visitor } from "./visitor.ts";

/** A running Chromium and an application that it can reach. */
export interface World {
  readonly browser: Browser;
  readonly servers: Servers;
  /** Somebody new. */
  visitor(): Promise<Visitor>;
  /** The same one each time, for whom the jar is emptied: a new one costs half a second. */
  regular(): Promise<Visitor>;
}

/** Every name and address is this machine: the browser asks no name server, and reaches nobody else. */
const ALL_TO_US = "--host-resolver-rules=MAP * 127.0.0.1";

/**
 * A suite in a real Chromium, which visits the application of `listener`. Without a browser it is skipped with the reason; with
 * `CI=true` that is a failure.
 */
export function describeChromium(
  name: string,
  listener: RequestListener,
  suite: (world: () => World) => void,
): void {
  const binary = chromiumBinary();
  describeWith(binary, name, () => {
    let world: World | undefined;
    const started = new AsyncDisposableStack();
    beforeAll(async () => {
      const servers = started.adopt(await startServers(listener), (it) => it.close());
      const browser = started.adopt(
        await chromium.launch({ executablePath: binary.path, args: [ALL_TO_US] }),
        (it) => it.close(),
      );
      const regular = await Visitor.of(browser);
      world = {
        browser,
        servers,
        visitor: () => Visitor.of(browser),
        async regular() {
          await regular.forgetCookies();
          return regular;
        },
      };
    });
    afterAll(() => started.disposeAsync());
    suite(() => {
      if (world === undefined) throw new Error("the browser has not started");
      return world;
    });
  });
}
