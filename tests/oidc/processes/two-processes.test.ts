import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateKey } from "@coatcheck/core/sealed";
import { afterEach, beforeEach, expect, test } from "vitest";
import { message } from "../../processes/spawn.ts";
import { Browser } from "../browser/browser.ts";
import { Web } from "../browser/web.ts";
import { client } from "../provider/options.ts";
import { TestProvider } from "../provider/provider.ts";
import { digest } from "../world/digest.ts";
import { SHOP } from "../world/sites.ts";
import { me, signIn, signOutEverywhere, tokenOf } from "../world/visits.ts";
import type { Job } from "./server.worker.ts";

const TTL = 300;

let web: Web;
let provider: TestProvider;
let workers: ChildProcess[];
let ports: number[];
let directory: string;

beforeEach(async () => {
  web = new Web();
  const clients = [client(SHOP.id, SHOP.secret, SHOP.origin)];
  provider = await TestProvider.start({ clients, accessTokenTtl: TTL }, web.fetch);
  directory = mkdtempSync(join(tmpdir(), "coatcheck-oidc-"));
  const job: Job = {
    site: SHOP,
    issuer: provider.issuer,
    key: generateKey(),
    sessions: join(directory, "sessions.db"),
    connections: join(directory, "connections.db"),
  };
  const file = fileURLToPath(new URL("./server.worker.ts", import.meta.url));
  workers = [1, 2].map(() =>
    fork(file, [JSON.stringify(job)], {
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "inherit", 2, "ipc"],
    }),
  );
  ports = await Promise.all(workers.map((worker) => message<number>(worker)));
});
afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await provider.down();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** From now on the site is that process; a reverse proxy may choose so for each request. */
function at(process: number): void {
  web.host(SHOP.origin, ports[process] as number);
}

async function advance(ms: number): Promise<void> {
  const done = workers.map((worker) => said(worker, "later"));
  for (const worker of workers) worker.send(ms);
  await Promise.all(done);
}

/** Once a worker has said a word so many times from now on. */
function said(worker: ChildProcess, word: string, times = 1): Promise<void> {
  return new Promise((resolve) => {
    let left = times;
    worker.on("message", (it) => {
      if (it === word && --left === 0) resolve();
    });
  });
}

test("a hundred requests at once to two processes, on an expired access token, cause exactly one refresh at the provider", async () => {
  at(0);
  const browser = new Browser(web);
  await signIn(browser);
  const one = said(workers[0] as ChildProcess, "asks");
  const before = await tokenOf(browser);
  await one;
  await advance((TTL + 1) * 1000);
  // The provider's answer waits until all hundred want the token: whoever asks has to find somebody at it.
  const asking = Promise.all(workers.map((worker) => said(worker, "asks", 50)));
  provider.beforeAnswer = (route) => (route === "token" ? asking : undefined);
  const asked = Array.from({ length: 100 }, (_, i) => {
    at(i % 2);
    return tokenOf(browser);
  });
  const all = await Promise.all(asked);
  expect(provider.ledger.count("refresh_token")).toBe(1);
  const [first] = all;
  expect(all.every((it) => it.token !== undefined && it.token === first?.token)).toBe(true);
  expect(first).not.toEqual(before);
  expect([...provider.ledger.secrets].map(digest)).toContain(first?.token);
}, 60_000);

test("a login begins at one process and ends at the other; the provider's logout at one ends it at both", async () => {
  at(0);
  const browser = new Browser(web);
  browser.stopBefore = `${SHOP.origin}/auth/callback`;
  const callback = String((await signIn(browser)).headers.location);
  at(1);
  browser.stopBefore = undefined;
  await browser.click(callback);
  expect((await me(browser)).userId).toBe(`${provider.issuer}|ann`);
  // Used at one process, it is used at the other.
  at(0);
  expect((await browser.copy().click(callback)).status).toBe(400);
  await signOutEverywhere(browser, provider.issuer);
  for (const process of [0, 1]) {
    at(process);
    expect((await me(browser)).userId).toBeNull();
  }
}, 60_000);
