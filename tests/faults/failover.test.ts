import { expect, test } from "vitest";
import { redisBinary } from "../servers/binaries.ts";
import { startRedisCluster } from "../servers/redis-cluster.ts";
import { askRedis } from "../servers/resp.ts";
import { type Driver, drivers } from "../services/drivers.ts";
import { describeWith } from "../services/services.ts";
import { startApplication } from "./application.ts";
import type { Finding } from "./client.ts";
import { Load } from "./load.ts";
import { open } from "./open.ts";
import { untilTold, watchUncaught } from "./uncaught.ts";

const PREFIX = "sessions:";
// Of 16384, the primary that is killed has the first third.
const SLOTS_OF_FIRST = 5461;
const LIMIT_MS = 500;
// A request asks the store twice. The rest is for a machine that is busy with other tests.
const IN_TIME_MS = 2 * LIMIT_MS + 1_500;

describeWith(redisBinary(), "a Redis Cluster that loses a primary", () => {
  test.each([drivers.nodeRedisCluster, drivers.ioredisCluster])(
    "G10 $name: its replica takes over, and only what Redis had not replicated is lost",
    failOver,
    60_000,
  );
});

async function failOver(driver: Driver): Promise<void> {
  const uncaught = watchUncaught();
  const cluster = await startRedisCluster({ replicas: 1 });
  const [primary, , , replica] = cluster.nodes;
  if (!primary || !replica) expect.fail();
  const urls = cluster.nodes.map((node) => `redis://127.0.0.1:${node.port}`);
  const store = await open(driver, urls, PREFIX);
  const { port } = await startApplication(store, { storeTimeout: `${LIMIT_MS}ms` });
  const load = new Load({ port });

  await load.progress(30);
  const start = performance.now();
  await Promise.all([cluster.kill(primary), load.refusals(1)]);
  await cluster.ready();
  expect(replica.role).toBe("primary");
  const takeover = performance.now() - start;
  await load.progress(1);
  const outage = performance.now() - start;
  await load.progress(20);
  await load.stop();
  await untilTold();

  expect(load.findings.filter(({ kind }) => kind === "answer" || kind === "wrong")).toEqual([]);
  const losses = load.findings.filter(({ kind }) => kind === "lost" || kind === "revived");
  // Replication is asynchronous: what the replica did not have yet is lost, once, and nothing else.
  for (const { id, text } of losses) {
    const slot = await askRedis(replica, "CLUSTER", "KEYSLOT", `${PREFIX}s:${id}`);
    expect(Number(slot), text).toBeLessThan(SLOTS_OF_FIRST);
  }
  expect(new Set(losses.map(nameOf)).size).toBe(losses.length);
  expect(load.slowestRefusal).toBeLessThan(IN_TIME_MS);
  expect(uncaught).toEqual([]);
  console.log(`failover, ${driver.name}: ${figures(load, losses)}; ${times({ takeover, outage })}`);
}

const nameOf = ({ id, kind, what }: Finding): string => `${id} ${kind} ${what}`;

function figures(load: Load, losses: readonly Finding[]): string {
  const written = load.clients.reduce((sum, { writes }) => sum + writes, 0);
  const lost = losses.filter(({ kind }) => kind === "lost");
  const writes = lost.reduce((sum, finding) => sum + finding.writes, 0);
  const logins = lost.filter(({ what }) => what === "login").length;
  const revived = losses.length - lost.length;
  return `of ${written} acknowledged writes ${writes} lost, ${logins} of them logins; ${revived} logouts lost; ${load.refused} answers of 503`;
}

function times(all: Readonly<Record<string, number>>): string {
  return Object.entries(all)
    .map(([name, ms]) => `${name} ${Math.round(ms)} ms`)
    .join(", ");
}
