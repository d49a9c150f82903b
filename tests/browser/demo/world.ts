import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { demoUsers } from "../../../examples/demo/src/accounts/users.ts";
import { Demo, placesFrom, SERVERS } from "../../../examples/demo/src/demo.ts";
import { settingsFrom } from "../../../examples/demo/src/environment.ts";
import { describeWith } from "../../services/services.ts";
import { chromiumBinary } from "../binary.ts";
import { demoPort } from "../demo-port.ts";
import { quickPasswords } from "../quick-passwords.ts";
import { type Look, Profiles } from "./profiles.ts";

export const MINUTE = 60_000;

/** Somebody with a cookie jar, and tabs of one of the demo's servers. */
export interface Visitor extends AsyncDisposable {
  readonly context: BrowserContext;
  /** An empty tab. */
  newPage(): Promise<Page>;
  /** Opens a page in a new tab; it is there once the session client has its first answer. */
  open(path: string): Promise<Page>;
  /** The same in a tab that there is. */
  go(page: Page, path: string): Promise<void>;
  /** Resolves once the page that was clicked to is there. */
  arrive(page: Page): Promise<unknown>;
  logIn(page: Page, user?: string): Promise<void>;
  /** Time passes, in the servers and in all tabs, as on a device whose lid was closed. */
  wait(minutes: number): Promise<void>;
}

/** One server of the demo, in a running Chromium. */
export interface Place {
  readonly name: string;
  /** Which of the five it is. */
  readonly index: number;
  readonly port: number;
  visitor(look?: Look): Promise<Visitor>;
}

/**
 * A suite for each of the demo's five servers, all of one running demo with sessions that end after 30 minutes of silence. Its clock is the tests', so that
 * nobody has to be silent for that long.
 */
export function describeDemo(name: string, suite: (place: () => Place) => void): void {
  const binary = chromiumBinary();
  describeWith(binary, name, () => {
    const started = new AsyncDisposableStack();
    let profiles: Profiles | undefined;
    let first = 0;
    let ahead = 0;
    let due = 0;
    /** Time has passed for the servers too. */
    const arrive = () => {
      ahead += due;
      due = 0;
    };

    beforeAll(async () => {
      const directory = mkdtempSync(join(tmpdir(), "coatcheck-demo-"));
      started.defer(() => rmSync(directory, { recursive: true, force: true }));
      first = await demoPort();
      const demo = new Demo();
      const env = { PORT: `${first}`, DEMO_DB: join(directory, "sessions.db"), DEMO_IDLE: "30m" };
      await demo.start(settingsFrom(env, SERVERS), () => Date.now() + ahead, quickPasswords());
      for (const server of demo.servers) server.prependListener("request", arrive);
      started.defer(async () => {
        const closed = demo.close();
        demo.hurry();
        await closed;
      });
      const browser = started.adopt(await chromium.launch({ executablePath: binary.path }), (it) =>
        it.close(),
      );
      profiles = new Profiles(browser);
    });
    afterAll(() => started.disposeAsync());

    describe.each(placesFrom(0))("$name", ({ name, port: index }) => {
      suite(() => {
        if (!profiles) throw new Error("the browser has not started");
        const running = profiles;
        // With the first request of a page that has jumped, or after all: who looks for ended sessions meanwhile would be ahead of their pages.
        const wait = async (ms: number, jump: Promise<void>) => {
          due += ms;
          await jump;
          arrive();
        };
        return {
          name,
          index,
          port: first + index,
          visitor: (look) => visitorOf(running, `http://localhost:${first + index}`, wait, look),
        };
      });
    });
  });
}

async function visitorOf(
  profiles: Profiles,
  origin: string,
  pass: (ms: number, jump: Promise<void>) => Promise<void>,
  look: Look = {},
): Promise<Visitor> {
  const profile = await profiles.take(origin, look);
  const { context } = profile;
  // A page that was put away has no such part any more.
  const arrive = (page: Page) =>
    page.locator("body:not(:has(#live)), #live:not([hidden])").first().waitFor();
  const visitor: Visitor = {
    context,
    newPage: () => profile.newPage(),
    arrive,
    async open(path) {
      const page = await profile.newPage();
      await visitor.go(page, path);
      return page;
    },
    async go(page, path) {
      await page.goto(path);
      await arrive(page);
    },
    async logIn(page, user = "alice") {
      // As one does. In a tab behind others a click waits for two frames, of which there is one a second.
      await page.bringToFront();
      await page.locator("#user").fill(user);
      await page.locator("#password").fill(passwordOf(user));
      await page.getByRole("button", { name: "Log in" }).click();
      await page.locator(".who").waitFor();
      await arrive(page);
    },
    async wait(minutes) {
      const ms = minutes * MINUTE;
      await pass(ms, context.clock.fastForward(ms));
    },
    [Symbol.asyncDispose]: () => profiles.giveBack(profile),
  };
  return visitor;
}

function passwordOf(user: string): string {
  return demoUsers.find(({ id }) => id === user)?.password ?? "";
}
