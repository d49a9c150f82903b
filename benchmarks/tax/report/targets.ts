import { type Framework, frameworks, type Workload } from "../subject.ts";
import type { Figures } from "./figures.ts";

/** Something that we want to be true. */
interface Target {
  readonly framework: Framework;
  readonly workload: Workload;
  readonly ours: string;
  /** Whose tax is multiplied by `most`; without, `most` is a tax. */
  readonly than?: string;
  readonly most: number;
}

export interface Outcome {
  readonly claim: string;
  readonly found: number;
  readonly most: number;
  readonly met: boolean;
}

const USED = ["read", "write"] as const;

/** Who is there already, with the same kind of store. */
const INCUMBENTS: readonly (readonly [Framework, ours: string, incumbent: string])[] = [
  ["express", "coatcheck-memory", "express-session-memory"],
  ["express", "coatcheck-redis", "express-session-redis"],
  ["express", "coatcheck-sealed", "cookie-session"],
  ["koa", "coatcheck-redis", "koa-session-redis"],
  ["koa", "coatcheck-sealed", "koa-session-cookie"],
  ["nest-fastify", "coatcheck-memory", "@fastify/session-memory"],
  ["nest-fastify", "coatcheck-redis", "@fastify/session-redis"],
  ["nest-express", "coatcheck-memory", "express-session-memory"],
  ["nest-express", "coatcheck-redis", "express-session-redis"],
];

/** Beside what is written by hand, and beside peers: docs/decisions/030. */
const ON_FASTIFY: readonly Omit<Target, "framework">[] = [
  ...["memory", "redis"].flatMap((storage): Omit<Target, "framework">[] => {
    const ours = `coatcheck-${storage}`;
    return [
      { workload: "read", ours, than: `plugin-${storage}`, most: 1.5 },
      { workload: "write", ours, than: `plugin-${storage}`, most: 2 },
      { workload: "read", ours, than: `@fastify/session-${storage}`, most: 0.4 },
      { workload: "write", ours, than: `@fastify/session-${storage}`, most: 0.6 },
    ];
  }),
  ...USED.map((workload) => ({
    workload,
    ours: "coatcheck-memory",
    than: "@mgcrea/fastify-session-memory",
    most: 1,
  })),
  ...(["untouched", "read"] as const).map((workload) => ({
    workload,
    ours: "coatcheck-sealed",
    than: "@fastify/secure-session",
    most: 1,
  })),
  { workload: "write", ours: "coatcheck-sealed", than: "limit-sealed", most: 2.25 },
];

/** Microseconds for a visitor who is new, of which hooks and Vary by hand are two; and on a route that has opted out, where there is nothing to do. */
const NEXT_TO_NOTHING = { new: 4, free: 1 };

/** `node`: `v26.10.0`. Incumbents that sign with a Buffer got cheaper with Node.js 26. */
function targetsFor(node: string): Target[] {
  const share = Number(node.slice(1).split(".")[0]) >= 26 ? 1 / 3 : 1 / 4;
  return [
    ...ON_FASTIFY.map((it): Target => ({ framework: "fastify", ...it })),
    ...INCUMBENTS.flatMap(([framework, ours, than]) =>
      USED.map((workload): Target => ({ framework, workload, ours, than, most: share })),
    ),
    ...USED.map(
      (workload): Target => ({
        framework: "express",
        workload,
        ours: "coatcheck-sealed",
        than: "iron-session",
        most: 1 / 15,
      }),
    ),
    ...frameworks.flatMap((framework) =>
      (["new", "free"] as const).flatMap((workload) =>
        ["memory", "redis", "sealed"].map((storage): Target => {
          const ours = `coatcheck-${storage}`;
          return { framework, workload, ours, most: NEXT_TO_NOTHING[workload] };
        }),
      ),
    ),
  ];
}

/** Of what was measured, and how far it is from what we want. */
export function outcomes(figures: readonly Figures[], node: string): Outcome[] {
  const find = (framework: Framework, name: string, workload: Workload): Figures | undefined =>
    figures.find(
      ({ subject, workload: of }) =>
        subject.framework === framework && subject.name === name && of === workload,
    );
  const taxes = targetsFor(node).flatMap(({ framework, workload, ours, than, most }) => {
    const own = find(framework, ours, workload);
    const other = than === undefined ? undefined : find(framework, than, workload);
    if (!own || (than !== undefined && !other)) return [];
    const claim = `${framework}, ${workload}: ${ours}, ${than === undefined ? "µs" : `of ${than}`}`;
    return [outcome(claim, own.tax / (other?.tax ?? 1), most)];
  });
  return [...taxes, ...latencies(figures)];
}

/** With Redis, p99 under a load that goes on, beside the bare framework's. */
function latencies(figures: readonly Figures[]): Outcome[] {
  return frameworks.flatMap((framework) => {
    const [bare, own] = ["bare", "coatcheck-redis"].map((name) =>
      figures.find(
        ({ subject, sustained }) =>
          subject.framework === framework && subject.name === name && sustained,
      ),
    );
    if (!bare?.sustained || !own?.sustained) return [];
    const claim = `${framework}, sustained read: p99 of coatcheck-redis, of bare`;
    return [outcome(claim, own.sustained.p99 / bare.sustained.p99, 2)];
  });
}

function outcome(claim: string, found: number, most: number): Outcome {
  return { claim, found, most, met: found <= most };
}

export function targetTable(all: readonly Outcome[]): string {
  const lines = all.map(
    ({ claim, found, most, met }) =>
      `| ${claim} | ${found.toFixed(2)} | ${most.toFixed(2)} | ${met ? "yes" : "**no**"} |`,
  );
  return [
    "## Targets",
    "",
    "| | found | at most | met |",
    "| --- | --: | --: | --- |",
    ...lines,
  ].join("\n");
}
