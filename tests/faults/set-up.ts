import { type FaultProxy, faultProxy } from "@coatcheck/testkit";
import { expect, onTestFinished } from "vitest";
import type { Driver } from "../services/drivers.ts";
import { type Application, type Seen, startApplication } from "./application.ts";
import { Ledger } from "./ledger.ts";
import { open } from "./open.ts";
import { type Answer, Visitor } from "./visitor.ts";

/** A server of the machine, and how to be rid of what a test left there. */
export interface Place {
  readonly url: string;
  uniqueName(): string;
  remove(name: string): Promise<unknown>;
}

export interface Proxied extends Application {
  readonly proxy: FaultProxy;
  /** Another application over the same sessions, which no fault strikes. */
  direct(): Promise<Application>;
  /** A client that has just logged in, and what it knows of its session. */
  enter(user: string): Promise<{ visitor: Visitor; ledger: Ledger }>;
}

/** An application whose store has a proxy before its server. */
export async function setUp(
  driver: Driver,
  { url, uniqueName, remove }: Place,
  storeTimeout: `${number}ms`,
): Promise<Proxied> {
  const name = uniqueName();
  onTestFinished(() => remove(name).then(() => {}));
  const { hostname, port } = new URL(url);
  const proxy = await faultProxy({ host: hostname, port: Number(port) });
  onTestFinished(() => proxy.close());
  const store = await open(driver, [proxy.url(url)], name);
  const application = await startApplication(store, { storeTimeout });
  return {
    ...application,
    proxy,
    direct: async () => startApplication(await open(driver, [url], name)),
    async enter(user) {
      const visitor = new Visitor(application.port);
      const ledger = new Ledger(user);
      await served(visitor, `/login/${user}`);
      await count(visitor, ledger);
      return { visitor, ledger };
    },
  };
}

/**
 * Asks until there is an answer other than 503: the application may still be on its way back, or the machine be so busy that a call of
 * the store takes too long.
 *
 * @returns what it answered, and how often it did not
 */
export async function served(
  visitor: Visitor,
  path: string,
): Promise<{ answer: Answer; refusals: number }> {
  let refusals = -1;
  let answer: Answer | undefined;
  const status = async () => {
    refusals += 1;
    answer = await visitor.ask(path);
    return answer.status;
  };
  await expect.poll(status, { timeout: 10_000 }).toBe(200);
  if (answer === undefined) expect.fail();
  return { answer, refusals };
}

/** Counts one up, whatever it takes. */
export async function count(visitor: Visitor, ledger: Ledger): Promise<void> {
  const { refusals } = await served(visitor, "/count");
  for (let i = 0; i < refusals; i += 1) ledger.counted(false);
  ledger.counted(true);
}

/** The session as it is, compared with what the client knows of it. */
export async function expectKept(visitor: Visitor, ledger: Ledger): Promise<Seen> {
  const { seen } = (await served(visitor, "/me")).answer;
  expect(ledger.check(seen)).toEqual([]);
  return seen;
}
