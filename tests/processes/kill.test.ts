import { once } from "node:events";
import { Agent, get } from "node:http";
import { createSessions } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { expect, test } from "vitest";
import { databasePath, message, start } from "./spawn.ts";

const KILLS = 50;
const CLIENTS = 8;

interface Client {
  cookie: string | undefined;
  /** The highest count that a response has told. */
  acknowledged: number;
}

test(`G11 a server killed ${KILLS} times under load loses no commit whose response arrived`, async () => {
  const path = databasePath();
  const clients: Client[] = Array.from({ length: CLIENTS }, () => ({
    cookie: undefined,
    acknowledged: 0,
  }));
  for (let kill = 0; kill < KILLS; kill++) {
    const server = start("./server.worker.ts", path);
    const port = await message<number>(server);
    const agent = new Agent({ keepAlive: true });
    const exit = once(server, "exit");
    // The first visits compile and connect: the moment of the kill is drawn once the server is at work.
    await Promise.all(clients.map((client) => visit(client, port, agent)));
    const load = clients.map((client) => visitUntilItDies(client, port, agent));
    setTimeout(() => server.kill("SIGKILL"), Math.random() * 40);
    await Promise.all([exit, ...load]);
    agent.destroy();
  }

  const sessions = createSessions<{ count: number }>({ storage: sqliteStore({ path }) });
  for (const client of clients) {
    expect(client.cookie).toBeDefined();
    const session = await sessions.open({ headers: { cookie: client.cookie ?? "" } });
    expect(session.isNew).toBe(false);
    // At most one visit a kill was saved without its response having arrived.
    expect(session.get("count")).toBeGreaterThanOrEqual(client.acknowledged);
    expect(session.get("count")).toBeLessThanOrEqual(client.acknowledged + KILLS);
    expect(client.acknowledged).toBeGreaterThan(KILLS);
  }
  await sessions.close();
}, 180_000);

async function visitUntilItDies(client: Client, port: number, agent: Agent): Promise<void> {
  for (;;) {
    try {
      await visit(client, port, agent);
    } catch {
      return;
    }
  }
}

async function visit(client: Client, port: number, agent: Agent): Promise<void> {
  const headers = client.cookie === undefined ? {} : { cookie: client.cookie };
  const request = get({ port, host: "127.0.0.1", agent, headers });
  request.setTimeout(10_000, () => request.destroy(new Error("no answer")));
  const [response] = await once(request, "response");
  let body = "";
  for await (const chunk of response) body += chunk;
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${body}`);
  const [line] = response.headers["set-cookie"] ?? [];
  if (line) client.cookie = line.slice(0, line.indexOf(";"));
  client.acknowledged = Number(body);
}
