import { createSessions } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { expect, test } from "vitest";
import { databasePath, start, together } from "./spawn.ts";

test("G7 two processes count 1,000 updates each in one SQLite file: exactly 2,000", async () => {
  const path = databasePath();
  const sessions = createSessions<{ count: number }>({ storage: sqliteStore({ path }) });
  const session = await sessions.open({ headers: {} });
  session.set("count", 0);
  const [[, line] = ["", ""]] = await sessions.commit(session);
  const cookie = line.slice(0, line.indexOf(";"));
  const token = cookie.slice(cookie.indexOf("=") + 1);

  const workers = [1, 2].map(() => start("./increment.worker.ts", path, token, "1000"));
  const conflicts = await together<number>(workers);

  const after = await sessions.open({ headers: { cookie } });
  expect(after.get("count")).toBe(2_000);
  // Without a single conflict the processes did not meet, and nothing was shown.
  expect(Math.max(...conflicts)).toBeGreaterThan(0);
  await sessions.close();
}, 120_000);

test("G9 two processes log one user in 50 times each, in parallel: never more than 5 sessions", async () => {
  const path = databasePath();
  const sessions = createSessions({ storage: sqliteStore({ path }), limits: { perUser: 5 } });
  const workers = [1, 2].map(() => start("./login.worker.ts", path, "ann", "5", "50"));
  const seen = await together<number>(workers);
  expect(Math.max(...seen)).toBe(5);
  expect(await sessions.list("ann")).toHaveLength(5);
  await sessions.close();
}, 60_000);
