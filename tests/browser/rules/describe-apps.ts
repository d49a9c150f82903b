import type { AddressInfo } from "node:net";
import { createSessions, memoryStore, type SessionsOptions } from "@coatcheck/core";
import type { FrameworkHarness, TestData, TestRoute, TestSessions } from "@coatcheck/testkit";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { expressHarness } from "../../frameworks/harness/express.ts";
import { fastifyHarness } from "../../frameworks/harness/fastify.ts";
import { koaHarness } from "../../frameworks/harness/koa.ts";
import { nestOnExpress, nestOnFastify } from "../../frameworks/harness/nest.ts";
import { describeWith } from "../../services/services.ts";
import { chromiumBinary } from "../binary.ts";
import { Visitor } from "../visitor.ts";
import { serveTls } from "./serve-tls.ts";

/** An application in one of the frameworks, and a browser. */
export interface AppWorld {
  readonly sessions: TestSessions;
  url(host: string, path: string): string;
  /** With an empty jar. */
  visitor(): Promise<Visitor>;
}

interface App {
  readonly options?: Omit<SessionsOptions<TestData>, "storage">;
  readonly routes: Readonly<Record<string, TestRoute>>;
}

const HARNESSES: readonly FrameworkHarness[] = [
  fastifyHarness,
  koaHarness,
  expressHarness,
  nestOnExpress,
  nestOnFastify,
];

/** For what the demo has no page for: the same application in every framework of it, over HTTPS, in a real Chromium. */
export function describeApps(
  name: string,
  { options = {}, routes }: App,
  suite: (world: () => AppWorld) => void,
): void {
  const binary = chromiumBinary();
  describeWith(binary, name, () => {
    const started = new AsyncDisposableStack();
    let browser: Browser;
    let visitor: Visitor;
    beforeAll(async () => {
      const args = ["--host-resolver-rules=MAP * 127.0.0.1"];
      const launching = chromium.launch({ executablePath: binary.path, args });
      browser = started.adopt(await launching, (it) => it.close());
      visitor = await Visitor.of(browser);
    });
    afterAll(() => started.disposeAsync());
    describe.each(HARNESSES.map((harness) => [harness.name, harness] as const))(
      "%s",
      (_, harness) => {
        const errors: unknown[] = [];
        const sessions = createSessions<TestData>({ ...options, storage: memoryStore() });
        let port = 0;
        beforeAll(async () => {
          const app = await harness.start({
            managers: [{ sessions, property: "session", lazy: false }],
            routes,
            onError: (error) => errors.push(error),
          });
          started.defer(() => app.close());
          const tls = await serveTls(app.server);
          started.defer(() => void tls.close());
          port = (tls.address() as AddressInfo).port;
        });
        suite(() => ({
          sessions,
          url: (host, path) => `https://${host}:${port}${path}`,
          async visitor() {
            await visitor.forgetCookies();
            return visitor;
          },
        }));
      },
    );
  });
}
