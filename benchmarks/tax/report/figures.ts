import type { Series } from "../measure/framework.ts";
import { median, spread } from "../measure/statistics.ts";
import type { Slice } from "../measure/task.ts";
import type { Subject, Workload } from "../subject.ts";

/** One line of the table. */
export interface Figures {
  readonly subject: Subject;
  readonly workload: Workload;
  /** Microseconds of CPU for each request. */
  readonly cpu: number;
  /** Those over the bare framework: the median of what each round says by itself. */
  readonly tax: number;
  readonly spread: number;
  /** How many times the tax of the work that nobody can avoid, with this kind of storage. */
  readonly timesLimit: number | undefined;
  /** How many times the tax of the cheapest peer with this kind of storage, and which that is. */
  readonly timesPeer: number | undefined;
  readonly peer: string | undefined;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly busy: number;
  /** The part that was answered with a 503. */
  readonly failed: number;
  readonly bytes: number;
  readonly commands: readonly string[];
  readonly sustained: { readonly tax: number; readonly p99: number } | undefined;
}

/** `series`: all of one framework. */
export function figuresOf(series: readonly Series[]): Figures[] {
  const rows = series.map((it) => {
    const bare = series.find(
      ({ task }) => task.subject.kind === "bare" && task.workload === it.task.workload,
    ) as Series;
    return row(it, bare);
  });
  return rows.map((it) => ({ ...it, ...ratios(it, rows) }));
}

type Row = Omit<Figures, "timesLimit" | "timesPeer" | "peer">;

function row({ task, slices, bytes, commands, sustained }: Series, bare: Series): Row {
  const taxes = slices.map(({ cpu }, round) => cpu - (bare.slices[round] as Slice).cpu);
  const of = (key: keyof Slice) => median(slices.map((it) => it[key]));
  return {
    subject: task.subject,
    workload: task.workload,
    cpu: of("cpu"),
    tax: median(taxes),
    spread: spread(taxes),
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    busy: of("busy"),
    failed: of("failed"),
    bytes,
    commands,
    sustained: sustained && {
      tax: sustained.cpu - (bare.sustained?.cpu ?? Number.NaN),
      p99: sustained.p99,
    },
  };
}

function ratios(
  { subject, workload, tax }: Row,
  rows: readonly Row[],
): Pick<Figures, "timesLimit" | "timesPeer" | "peer"> {
  const others = (kind: Subject["kind"]) =>
    rows
      .filter((it) => it.workload === workload && it.subject.kind === kind)
      .filter((it) => it.subject.storage === subject.storage)
      .toSorted((a, b) => a.tax - b.tax);
  const limit = subject.kind === "limit" ? undefined : others("limit")[0];
  const best = subject.kind === "ours" ? others("peer")[0] : undefined;
  return {
    timesLimit: limit && tax / limit.tax,
    timesPeer: best && tax / best.tax,
    peer: best?.subject.name,
  };
}
