import { testLogin } from "@coatcheck/testkit";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namesOf } from "./names.ts";
import { statementsOf } from "./statements.ts";
import { postgresStore } from "./store.ts";

const pool = new PGlite();
const sql = statementsOf(namesOf({ table: "t", schema: undefined }));

beforeAll(async () => {
  const store = postgresStore({ pool, table: "t" });
  await store.setup();
  const now = Date.now();
  for (let i = 0; i < 2_000; i += 1) {
    const expiresAt = now + i * 60_000;
    await store.create(testLogin(now, `${i}`, `user ${i % 500}`, { expiresAt }));
  }
  await pool.exec("ANALYZE t; SET plan_cache_mode = force_generic_plan");
});
afterAll(() => pool.close());

/** How Postgres goes about each statement when it has seen it often, and knows no values. */
async function planOf(name: keyof typeof sql): Promise<string> {
  const { text } = sql[name];
  await pool.exec(`PREPARE ${name}_plan AS ${text}`);
  const count = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const values = Array.from({ length: count }, () => "NULL").join(", ");
  const { rows } = await pool.query<{ "QUERY PLAN": string }>(
    `EXPLAIN EXECUTE ${name}_plan(${values})`,
  );
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test("no statement looks at the whole table", async () => {
  for (const name of Object.keys(sql) as Array<keyof typeof sql>) {
    expect(await planOf(name), name).not.toContain("Seq Scan on t");
  }
  await pool.exec("DEALLOCATE ALL");
});

test("the sessions of a user and what has expired are found by their indexes", async () => {
  for (const name of ["listByUser", "destroyByUser"] as const) {
    expect(await planOf(name)).toContain("t_by_user");
  }
  for (const name of ["create", "sweep"] as const) {
    expect(await planOf(name)).toContain("t_by_expiry");
  }
});
