import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrate } from "./schema.ts";
import { prepareAll } from "./statements.ts";

/** How SQLite goes about each statement. */
function plans(): Record<string, string> {
  const db = new DatabaseSync(":memory:");
  migrate(db, ":memory:");
  return Object.fromEntries(
    Object.entries(prepareAll(db)).map(([name, statement]) => {
      const steps = db.prepare(`EXPLAIN QUERY PLAN ${statement.sourceSQL}`).all();
      return [name, steps.map((step) => step.detail).join("; ")];
    }),
  );
}

test("no statement looks at the whole table", () => {
  for (const [name, plan] of Object.entries(plans())) {
    expect(plan, name).not.toMatch(/SCAN (?!CONSTANT)/);
  }
});

test("the sessions of a user and what has expired are found by their indexes", () => {
  const { listByUser, destroyByUser, surplus, reap, slot } = plans();
  for (const plan of [listByUser, destroyByUser, surplus]) {
    expect(plan).toContain("USING INDEX session_by_user (user_id=?)");
  }
  expect(reap).toContain("USING INDEX session_by_expiry (expiry_slot<?)");
  expect(slot).toContain("USING INDEX session_by_expiry (expiry_slot=? AND rowid>?)");
  for (const plan of [reap, slot]) expect(plan).not.toContain("TEMP B-TREE");
});
