import { awake } from "../client/awake.ts";
import { Connection } from "../client/connection.ts";
import { drive, type Load, percentile, type Work } from "../client/load.ts";
import { Visitor } from "../client/visitor.ts";
import type { Child } from "../server/child.ts";
import { DATA, NOBODY } from "../servers/texts.ts";
import type { Subject, Workload } from "../subject.ts";
import { filled } from "./prove.ts";

const CONNECTIONS = 32;
const VISITORS = 256;
const RENEWED = 50;

/** One server under one workload. */
export interface Task {
  readonly subject: Subject;
  readonly workload: Workload;
  readonly child: Child;
  readonly work: Work;
}

/** What a slice of time has shown of a task. */
export interface Slice {
  readonly requests: number;
  /** Of all requests, the part that was answered with a 503. */
  readonly failed: number;
  /** Microseconds of the server's CPU for each request. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How much of its core the server used: far from 1, it waited for the client or the store. */
  readonly busy: number;
}

const LINES: Record<Workload, string> = {
  untouched: "GET /untouched",
  free: "GET /free",
  read: "GET /read",
  write: "POST /write",
  new: "GET /read",
  login: "POST /login",
  crowd: "POST /write",
  renewal: "GET /read",
};

export async function visitorsOf(child: Child, count = VISITORS): Promise<Visitor[]> {
  const connection = await Connection.open(child.port);
  const visitors: Visitor[] = [];
  for (let i = 0; i < count; i++) visitors.push(await filled(connection));
  connection.close();
  return visitors;
}

/** `renewed`: visitors with seals of the key before. */
export function workOf(
  { kind }: Subject,
  workload: Workload,
  visitors: readonly Visitor[],
  renewed: readonly Visitor[],
): Work {
  const line = LINES[workload];
  // A bare server knows everybody. A session that expires during a long run would be cheaper to read, so it is looked at.
  const name = kind === "bare" ? undefined : { read: DATA.name, renewal: DATA.name, new: NOBODY };
  const expected = name?.[workload as keyof typeof name];
  switch (workload) {
    case "new":
    case "login":
      return { line, expected, visitors: [new Visitor()], keep: false };
    case "crowd":
      return { line, expected, visitors: visitors.slice(0, 1), keep: true, mayFail: true };
    case "renewal":
      // Who took the new seal would not be renewed again.
      return { line, expected, visitors: renewed.slice(0, RENEWED), keep: false };
    default:
      return { line, expected, visitors, keep: true };
  }
}

/** New connections each time, so that none has been idle; their beginning does not count. */
export async function slice({ child, work }: Task, seconds: number): Promise<Slice> {
  return withConnections(child, async (connections) => {
    await drive(connections, work, { count: CONNECTIONS * 8 });
    const before = await child.cpu();
    const load = await awake(() => drive(connections, work, { seconds }));
    return sliceOf(load, (await child.cpu()) - before);
  });
}

/** Until V8 has compiled what there is to compile. */
export async function warmUp({ child, work }: Task, count: number): Promise<void> {
  await withConnections(child, (connections) => drive(connections, work, { count }));
}

/** Bytes of heap for each request. */
export async function allocation({ child, work }: Task): Promise<number> {
  const count = 4000;
  return withConnections(child, async (connections) => {
    await drive(connections, work, { count: CONNECTIONS * 8 });
    const before = await child.allocated();
    await drive(connections, work, { count });
    return ((await child.allocated()) - before) / count;
  });
}

async function withConnections<T>(
  { port }: Child,
  work: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => Connection.open(port)),
  );
  try {
    return await work(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** `cpu`: microseconds in all. */
function sliceOf(load: Load, cpu: number): Slice {
  return {
    requests: load.requests,
    failed: load.failures / (load.requests + load.failures),
    cpu: cpu / load.requests,
    perSecond: load.requests / load.seconds,
    p50: percentile(load, 0.5),
    p99: percentile(load, 0.99),
    busy: cpu / 1e6 / load.seconds,
  };
}
