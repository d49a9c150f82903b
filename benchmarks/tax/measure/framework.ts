import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { Progress } from "../../capacity/progress.ts";
import { subjectsOf } from "../catalogue.ts";
import { Connection } from "../client/connection.ts";
import type { Visitor } from "../client/visitor.ts";
import type { Options } from "../options.ts";
import { Child, type Launch } from "../server/child.ts";
import { type Framework, idOf, type Subject, takesPart } from "../subject.ts";
import { commandsOf } from "./commands.ts";
import { prove } from "./prove.ts";
import { allocation, type Slice, slice, type Task, visitorsOf, warmUp, workOf } from "./task.ts";

/** All that was seen of one server under one workload; one slice for each round of each process. */
export interface Series {
  readonly task: Task;
  readonly slices: Slice[];
  /** Bytes of heap for each request. */
  readonly bytes: number;
  /** What the store is asked for one request, by name. */
  readonly commands: readonly string[];
  /** One long slice, of the last process. */
  sustained?: Slice;
}

/** Starts all servers of a framework, proves them, and lets them take turns; then anew, for each process that they are to be. */
export async function measureFramework(
  framework: Framework,
  options: Options,
  launch: Launch,
): Promise<Series[]> {
  const progress = new Progress();
  let all: Series[] = [];
  try {
    for (let number = 1; number <= options.processes; number++) {
      const before = all;
      all = await measureOnce(framework, options, launch, progress, number === options.processes);
      for (const [index, { slices }] of before.entries()) all[index]?.slices.unshift(...slices);
    }
    return all;
  } finally {
    progress.end();
  }
}

async function measureOnce(
  framework: Framework,
  options: Options,
  launch: Launch,
  progress: Progress,
  isLast: boolean,
): Promise<Series[]> {
  const children: Child[] = [];
  const series: Series[] = [];
  try {
    for (const subject of subjectsOf(framework).filter(options.includes)) {
      progress.show(`${idOf(subject)}: proving`);
      const own = options.workloads.filter((workload) => takesPart(subject, workload));
      const child = await Child.start(subject, launch);
      children.push(child);
      await proven(child, subject);
      const visitors = await visitorsOf(child);
      let renewed: Visitor[] = visitors;
      let renewing = child;
      if (own.includes("renewal") && subject.kind !== "bare") {
        renewing = await Child.start(subject, { ...launch, keys: "second,first" });
        children.push(renewing);
        renewed = await visitorsOf(child, 50);
      }
      for (const workload of own) {
        const work = workOf(subject, workload, visitors, renewed);
        const task = { subject, workload, work, child: workload === "renewal" ? renewing : child };
        progress.show(`${idOf(subject)}: ${workload}, warming up`);
        await warmUp(task, options.warmUp);
        series.push({
          task,
          slices: [],
          // The same in each process.
          bytes: isLast ? await allocation(task) : Number.NaN,
          commands: isLast && subject.storage === "redis" ? await commands(task, launch.redis) : [],
        });
      }
    }
    await rounds(series, options, framework, progress);
    if (isLast) await atLength(series, options, progress);
    return series;
  } finally {
    for (const child of children) await child.stop();
  }
}

/** What takes one process alone. */
async function atLength(
  series: readonly Series[],
  { sustained, profiles: directory }: Options,
  progress: Progress,
): Promise<void> {
  if (sustained > 0) {
    for (const it of series.filter(({ task }) => task.workload === "read")) {
      progress.show(`${idOf(it.task.subject)}: ${sustained} s in one piece`);
      it.sustained = await slice(it.task, sustained);
    }
  }
  if (directory !== undefined) await profiles(series, directory, progress);
}

/** Each workload's servers right after one another, so that they meet the same machine; each round begins with another one. */
async function rounds(
  series: readonly Series[],
  { rounds, seconds, workloads }: Options,
  framework: Framework,
  progress: Progress,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const workload of workloads) {
      progress.show(`${framework}: round ${round} of ${rounds}, ${workload}`);
      const turn = series.filter(({ task }) => task.workload === workload);
      for (let i = 0; i < turn.length; i++) {
        const { task, slices } = turn[(i + round) % turn.length] as Series;
        slices.push(await slice(task, seconds));
      }
    }
  }
}

const PROFILED = 3;

async function profiles(
  series: readonly Series[],
  directory: string,
  progress: Progress,
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (const { task } of series) {
    const name = `${idOf(task.subject)} ${task.workload}`;
    progress.show(`${name}: profiling`);
    const file = resolve(directory, `${name.replaceAll("/", " ")}.cpuprofile`);
    await task.child.profile(file, () => slice(task, PROFILED));
  }
}

async function proven(child: Child, subject: Subject): Promise<void> {
  const connection = await Connection.open(child.port);
  await prove(connection, subject);
  connection.close();
}

/** One request after the other, so that nothing is shared between them. */
async function commands({ child, work, workload }: Task, url: string): Promise<string[]> {
  const connection = await Connection.open(child.port);
  const times = workload === "crowd" ? 1 : 8;
  const sent = await commandsOf(url, async () => {
    for (let i = 0; i < times; i++) {
      const visitor = work.visitors[i % work.visitors.length] as Visitor;
      const reply = await connection.ask(visitor.request(work.line));
      if (work.keep) visitor.keep(reply);
    }
  });
  connection.close();
  const counts = Map.groupBy(sent, (command) => command);
  return [...counts].map(([command, { length }]) => {
    const each = length / times;
    return each === 1 ? command : `${command} ×${Number(each.toFixed(2))}`;
  });
}
