import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FrameworkCase, FrameworkContext, StorageKind } from "./case.ts";
import { frameworkCases } from "./cases.ts";
import type { FrameworkFeature, FrameworkHarness } from "./harness.ts";
import { openSite } from "./site.ts";

/** The cases for one framework package, and those that do not concern it, with the reason. */
export interface FrameworkCasePlan {
  readonly applicable: readonly FrameworkCase[];
  readonly skipped: ReadonlyArray<{
    readonly frameworkCase: FrameworkCase;
    readonly reason: string;
  }>;
}

/** Sorts `frameworkCases` by what the harness supports and the storage is about. Print and count the skipped ones: a silent skip looks like a pass. */
export function frameworkCasesFor(
  harness: FrameworkHarness,
  storage: StorageKind = "server-side",
): FrameworkCasePlan {
  const applicable: FrameworkCase[] = [];
  const skipped: { frameworkCase: FrameworkCase; reason: string }[] = [];
  for (const frameworkCase of frameworkCases) {
    const { needs = [], storage: kind = storage } = frameworkCase;
    const reasons = needs
      .filter((need) => !harness.features.has(need))
      .map((need) => REASONS[need]);
    if (kind !== storage) reasons.push(`it is about ${SESSIONS[kind]}`);
    if (reasons.length === 0) applicable.push(frameworkCase);
    else skipped.push({ frameworkCase, reason: reasons.join(", ") });
  }
  return { applicable, skipped };
}

/** Runs one case over a fresh store, with the sessions there or in their tokens, and closes what it served. Rejects where the package breaks the sentence. */
export async function runFrameworkCase(
  frameworkCase: FrameworkCase,
  parts: Pick<FrameworkContext, "harness" | "store" | "clock" | "storage">,
): Promise<void> {
  const cleanups: Array<() => unknown> = [];
  const context: FrameworkContext = {
    ...parts,
    serve: async (routes, options = {}) => {
      const { site, running } = await openSite({ ...parts, routes, options });
      // What still waits would keep its request open.
      cleanups.push(
        () => running.close(),
        () => site.parking.park(),
      );
      return site;
    },
    file: (content) => {
      const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
      cleanups.push(() => rmSync(directory, { recursive: true, maxRetries: 3 }));
      const path = join(directory, "file.txt");
      writeFileSync(path, content);
      return path;
    },
  };
  try {
    await frameworkCase.run(context);
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

/** The case's name with what it shows before it: `"ASVS 7.4.1, G6 a slow write does not undo a logout"`. */
export function frameworkCaseTitle(frameworkCase: FrameworkCase): string {
  const { guarantee = [], asvs = [], name } = frameworkCase;
  const title = [...guarantee.map((number) => `G${number}`), name].join(" ");
  if (asvs.length === 0) return title;
  return `ASVS ${asvs.join(", ")}${guarantee.length > 0 ? "," : ":"} ${title}`;
}

const SESSIONS: Readonly<Record<StorageKind, string>> = {
  "server-side": "sessions in a store",
  token: "sessions in their tokens",
};

const REASONS: Readonly<Record<FrameworkFeature, string>> = {
  json: "it sends no JSON",
  text: "it sends no text",
  redirect: "it does not redirect",
  empty: "it has no empty answers",
  stream: "it sends no streams",
  file: "it sends no files",
  sse: "it sends no events",
  hijack: "its handlers cannot take over the raw response",
  gate: "it does not save by itself",
  of: "it ties no session to a request",
  lazy: "it has no lazy mode",
  optOut: "its routes cannot opt out",
  managers: "it takes one manager",
  largeHeaders: "its server cannot be told to admit a Cookie header of a megabyte",
};
