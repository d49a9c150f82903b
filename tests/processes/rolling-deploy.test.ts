import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { generateKey, type KeyOptions } from "@coatcheck/core/sealed";
import { expect, test } from "vitest";
import type { Tally } from "./sealed.worker.ts";
import { databasePath, message, start } from "./spawn.ts";

const PROCESSES = 4;
const CLIENTS = 12;

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

interface Client {
  readonly name: string;
  cookie: string | undefined;
  /** What its next visit must find. */
  count: number;
}

const A = generateKey();
const B = generateKey();

test("a new key rolled out over 4 processes under load (accept, use, drop) loses no session at any step", async () => {
  const site = await serve({ current: A });
  const load = site.load();
  await load.rounds(2);

  await site.deploy({ current: A, next: B }, load);
  expect(await site.older()).toBe(0);

  await site.deploy({ current: B, older: A }, load);
  // Everybody came once more since the last process changed, and some of them with a seal of the old key.
  await load.rounds(2);
  expect(await site.older()).toBeGreaterThan(0);
  // By now every client has a seal of the new one: the old one can go.
  await load.rounds(2);
  expect(await site.older()).toBe(0);

  await site.deploy({ current: B }, load);
  await load.rounds(2);
  const { clients, lost, visits } = await load.stop();
  expect(lost).toEqual([]);
  // The load met the restarts: it went on all the time.
  expect(visits).toBeGreaterThan(CLIENTS * 20);
  for (const client of clients) expect(client.count).toBeGreaterThan(10);
  expect(await site.rejected()).toBe(0);
  await site.close();
}, 60_000);

test("without the step that accepts it first, the new key loses sessions: so the test above can fail", async () => {
  const site = await serve({ current: A }, 2);
  const load = site.load();
  await load.rounds(2);
  await site.deploy({ current: B, older: A }, load);
  const { lost } = await load.stop();
  expect(lost.length).toBeGreaterThan(0);
  await site.close();
}, 60_000);

test("an old key that is dropped at once loses sessions too", async () => {
  const site = await serve({ current: A, next: B }, 2);
  const load = site.load();
  await load.rounds(2);
  await site.deploy({ current: B }, load);
  const { lost } = await load.stop();
  expect(lost.length).toBeGreaterThan(0);
  await site.close();
}, 60_000);

async function serve(keys: KeyOptions, processes = PROCESSES) {
  const path = databasePath();
  const open = async (of: KeyOptions): Promise<Server> => {
    const child = start("./sealed.worker.ts", path, JSON.stringify(of));
    return { child, port: await message<number>(child) };
  };
  // One first, which makes the database's tables.
  const servers = [await open(keys)];
  servers.push(...(await Promise.all(Array.from({ length: processes - 1 }, () => open(keys)))));
  let rejected = 0;
  const ask = async ({ child }: Server): Promise<Tally> => {
    const answer = message<Tally>(child);
    child.send("tally");
    return answer;
  };
  const end = async (server: Server): Promise<void> => {
    rejected += (await ask(server)).rejected;
    const exit = once(server.child, "exit");
    server.child.send("stop");
    await exit;
  };

  return {
    load: () => startLoad(servers),
    /** One process after the other: one with other keys joins the pool, an old one leaves it and answers what it has begun. */
    async deploy(of: KeyOptions, load: ReturnType<typeof startLoad>): Promise<void> {
      const fresh = servers.map(() => open(of));
      for (const next of fresh) {
        servers.push(await next);
        await end(servers.shift() as Server);
        await load.rounds(1);
      }
    },
    older: async () => (await Promise.all(servers.map(ask))).reduce((sum, it) => sum + it.older, 0),
    async rejected(): Promise<number> {
      const now = await Promise.all(servers.map(ask));
      return now.reduce((sum, it) => sum + it.rejected, rejected);
    },
    close: () => Promise.all(servers.map(end)),
  };
}

/** Clients that log in and then come again and again, each to any of the servers that are in the pool. */
function startLoad(servers: readonly Server[]) {
  const agent = new Agent({ keepAlive: false });
  const clients: Client[] = Array.from({ length: CLIENTS }, (_, index) => ({
    name: `client-${index}`,
    cookie: undefined,
    count: 0,
  }));
  const lost: string[] = [];
  let visits = 0;
  let isOver = false;
  const rounds = clients.map(() => 0);

  const visit = async (client: Client, path: string): Promise<void> => {
    const { port } = servers[Math.floor(Math.random() * servers.length)] as Server;
    const headers = client.cookie === undefined ? {} : { cookie: client.cookie };
    const request = get({ port, host: "127.0.0.1", path, agent, headers });
    const arrived = await once(request, "response").catch(() => undefined);
    // It left the pool in this very moment: the next one is asked, as a load balancer does.
    if (!arrived) return visit(client, path);
    const [response] = arrived;
    let body = "";
    for await (const chunk of response) body += chunk;
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${body}`);
    const [line] = response.headers["set-cookie"] ?? [];
    if (line) client.cookie = line.slice(0, line.indexOf(";"));
    if (!path.startsWith("/read")) client.count += 1;
    visits += 1;
    const expected = { user: client.name, name: client.name, count: client.count };
    if (body === JSON.stringify(expected)) return;
    lost.push(`${client.name} at ${path}: ${body}, not ${JSON.stringify(expected)}`);
    // Begins again, as who was logged out would.
    client.cookie = undefined;
    client.count = 0;
    await visit(client, `/login?name=${client.name}`);
  };

  const running = clients.map(async (client, index) => {
    await visit(client, `/login?name=${client.name}`);
    while (!isOver) {
      const path = ["/write", "/read", "/rotate", "/read"][visits % 4] as string;
      await visit(client, path);
      rounds[index] = (rounds[index] as number) + 1;
      await sleep(10);
    }
  });

  return {
    /** Until each client has come so many times more. */
    async rounds(more: number): Promise<void> {
      const goal = rounds.map((it) => it + more + 1);
      const reached = (): boolean => rounds.every((it, index) => it >= (goal[index] as number));
      // A client that failed must not be waited for.
      const failed = Promise.race(running);
      while (!reached()) await Promise.race([sleep(5), failed]);
    },
    async stop() {
      isOver = true;
      await Promise.all(running);
      agent.destroy();
      return { clients, lost, visits };
    },
  };
}
