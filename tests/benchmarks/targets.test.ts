import { expect, test } from "vitest";
import type { Figures } from "../../benchmarks/tax/report/figures.ts";
import { outcomes } from "../../benchmarks/tax/report/targets.ts";
import type { Workload } from "../../benchmarks/tax/subject.ts";

function figures(name: string, workload: Workload, tax: number): Figures {
  const subject = { framework: "koa", name, kind: "ours", storage: "redis" };
  return { subject, workload, tax } as Figures;
}

const incumbent = figures("koa-session-redis", "read", 40);

test("what an incumbent may be compared with depends on its Node.js", () => {
  const ours = figures("coatcheck-redis", "read", 12);
  const met = (node: string) => outcomes([ours, incumbent], node).map((it) => it.met);
  expect(met("v26.10.0")).toEqual([true]);
  expect(met("v24.21.0")).toEqual([false]);
});

test("a visitor who is new may cost four microseconds", () => {
  const met = (tax: number) =>
    outcomes([figures("coatcheck-redis", "new", tax)], "v26.10.0").map((it) => it.met);
  expect([met(4), met(4.1)]).toEqual([[true], [false]]);
});

test("what was not measured is not judged", () => {
  expect(outcomes([incumbent], "v26.10.0")).toEqual([]);
});
