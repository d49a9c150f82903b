import type { SoakResult } from "../soak.ts";
import { number } from "./progress.ts";

/** The end of a soak in words. */
export function reportOf({
  checks,
  tally,
  seconds,
  sessions,
  forgotten,
  violations,
}: SoakResult): string {
  const { latency } = tally;
  const at = (share: number) => `p${share * 100} ${latency.quantile(share).toFixed(2)} ms`;
  const lines = [
    `${number(tally.total)} operations in ${seconds.toFixed(1)} s: ${number(tally.total / seconds)} op/s`,
    `latency     ${[0.5, 0.9, 0.99, 0.999].map(at).join(" · ")}`,
    `operations  ${listed(tally.operations)}`,
    `sessions    ${number(sessions)}; ended: ${listed(tally.ends)}`,
    `conflicts   ${number(tally.conflicts)} (retries) in ${number(tally.replayed)} requests; ${number(tally.refused)} commits came too late, ${number(tally.lostResponses)} cookies lost on the way`,
    `errors      ${number(tally.failures)}, of which ${number(tally.unknown)} with unknown outcome`,
    ...[...tally.errors].slice(0, 12).map(([text, count]) => `  ${number(count)} × ${text}`),
    "",
    `${"ledger".padEnd(52)}${"covered".padStart(11)}${"excused".padStart(9)}${"violated".padStart(10)}`,
    ...checks.map(
      ({ name, covered, excused, violations: violated }) =>
        `${name.padEnd(52)}${number(covered).padStart(11)}${number(excused).padStart(9)}${number(violated).padStart(10)}`,
    ),
  ];
  for (const { name, excuses } of checks) {
    for (const [why, times] of excuses) lines.push(`excused: ${name}: ${number(times)} by ${why}`);
  }
  if (forgotten > 0) lines.push(`(${number(forgotten)} ended sessions were not looked at again)`);
  for (const { name, examples, violations: violated } of checks) {
    if (violated === 0) continue;
    lines.push("", `VIOLATED: ${name} (${number(violated)})`);
    lines.push(...examples.map((text) => `  ${text}`));
  }
  lines.push("", violations === 0 ? "clean" : `${number(violations)} violations`);
  return `${lines.join("\n")}\n`;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${number(count)}`).join(", ") || "none";
}
