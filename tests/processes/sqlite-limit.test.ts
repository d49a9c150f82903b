import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Job, Report } from "./sqlite-limit.worker.ts";

const PER_USER = 5;
const WORKER = join(import.meta.dirname, "sqlite-limit.worker.ts");

function temporaryPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
  onTestFinished(() => rmSync(directory, { recursive: true, maxRetries: 3 }));
  return join(directory, "sessions.db");
}

/** Two processes that log ann in at the same time, again and again. */
async function twoProcesses(job: Omit<Job, "name">): Promise<Report[]> {
  const workers = await Promise.all(
    ["one", "two"].map(async (name) => {
      const child = fork(WORKER);
      await once(child, "message");
      return { child, name };
    }),
  );
  return Promise.all(
    workers.map(async ({ child, name }) => {
      const report = once(child, "message");
      const failure = once(child, "exit").then(() => [undefined]);
      child.send({ ...job, name });
      const [answer] = await Promise.race([report, failure]);
      return (answer as Report | undefined) ?? expect.fail(`process ${name} failed`);
    }),
  );
}

const total = (reports: Report[], field: keyof Report): number =>
  reports.reduce((sum, report) => sum + report[field], 0);

describe("G9 two processes on one SQLite file never exceed perUser", () => {
  test.each([25, 500])("evict-oldest, %i logins each", async (logins) => {
    const path = temporaryPath();
    const reports = await twoProcesses({
      path,
      logins,
      limit: { perUser: PER_USER, onLimit: "evict-oldest" },
    });
    expect(Math.max(...reports.map((report) => report.most))).toBe(PER_USER);
    expect(total(reports, "written")).toBe(2 * logins);
    expect(total(reports, "evicted")).toBe(2 * logins - PER_USER);
    const store = sqliteStore({ path });
    expect(await store.listByUser("ann")).toHaveLength(PER_USER);
    await store.close();
  });

  test.each([25, 500])("reject, %i logins each", async (logins) => {
    const path = temporaryPath();
    const reports = await twoProcesses({
      path,
      logins,
      limit: { perUser: PER_USER, onLimit: "reject" },
    });
    expect(Math.max(...reports.map((report) => report.most))).toBe(PER_USER);
    expect(total(reports, "written")).toBe(PER_USER);
    expect(total(reports, "refused")).toBe(2 * logins - PER_USER);
  });
});
