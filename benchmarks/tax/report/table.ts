import type { Framework, Workload } from "../subject.ts";
import type { Figures } from "./figures.ts";

/** Below this, requests/s say less of the server than of what it waited for. */
const BUSY = 0.95;

/** All workloads of one framework, as Markdown. */
export function table(framework: Framework, figures: readonly Figures[]): string {
  const workloads = [...new Set(figures.map((it) => it.workload))];
  const parts = workloads.map((workload) =>
    part(
      workload,
      figures.filter((it) => it.workload === workload),
    ),
  );
  return [`## ${framework}`, ...parts].join("\n\n");
}

function part(workload: Workload, figures: readonly Figures[]): string {
  const sustained = figures.some((it) => it.sustained);
  const failed = figures.some((it) => it.failed > 0);
  const head = [
    "server",
    "tax µs",
    "±",
    "× limit",
    "× best peer",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "heap bytes",
    "store commands",
    ...(sustained ? ["sustained: tax µs", "p99 ms"] : []),
    ...(failed ? ["503 %"] : []),
  ];
  const rule = head.map((_, index) => (index === 0 || index === 9 ? "---" : "--:"));
  const lines = [head, rule, ...figures.map((it) => cells(it, sustained, failed))];
  return [`### ${workload}`, "", ...lines.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
}

function cells(it: Figures, sustained: boolean, failed: boolean): string[] {
  const { subject, timesLimit, timesPeer, peer } = it;
  const bare = subject.kind === "bare";
  return [
    subject.kind === "ours" ? `**${subject.name}**` : subject.name,
    bare ? `(${it.cpu.toFixed(1)})` : it.tax.toFixed(1),
    bare ? "" : it.spread.toFixed(1),
    ratio(timesLimit),
    timesPeer === undefined ? "" : `${ratio(timesPeer)} of ${peer}`,
    `${Math.round(it.perSecond)}${it.busy < BUSY ? " ¹" : ""}`,
    it.p50.toFixed(2),
    it.p99.toFixed(2),
    String(Math.round(it.bytes)),
    it.commands.join(", "),
    ...(sustained
      ? [bare ? "" : (it.sustained?.tax.toFixed(1) ?? ""), it.sustained?.p99.toFixed(2) ?? ""]
      : []),
    ...(failed ? [(it.failed * 100).toFixed(2)] : []),
  ];
}

/** Of next to nothing, or of less, there is no ratio. */
function ratio(value: number | undefined): string {
  if (value === undefined) return "";
  return value > 0 && value < 1000 ? value.toFixed(2) : "–";
}
