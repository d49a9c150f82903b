import { existsSync } from "node:fs";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { postgresBinaries } from "./binaries.ts";
import { startPostgres } from "./postgres.ts";

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  onTestFinished(() => client.end().catch(() => {}));
  await client.connect();
  return client;
}

describeWith(postgresBinaries(), "startPostgres", () => {
  test("a commit survives a crash with backends at work, and an orderly restart; stopped, nothing is left", async () => {
    const server = await startPostgres({ config: { max_connections: "20" } });
    const client = await connect(server.url);
    await client.query("create table t (n int)");
    await client.query("insert into t values (1)");
    const asleep = connect(server.url).then((other) => other.query("select pg_sleep(60)"));
    const killed = expect(asleep).rejects.toThrow();
    const busy = "select from pg_stat_activity where query like 'select pg_sleep%'";
    await expect.poll(async () => (await client.query(busy)).rowCount).toBe(1);

    await server.kill();
    await killed;
    await server.restart();
    const second = await connect(server.url);
    expect((await second.query("select n from t")).rows).toEqual([{ n: 1 }]);
    await second.query("insert into t values (2)");
    await server.restart();
    const third = await connect(server.url);
    expect((await third.query("select n from t order by n")).rows).toEqual([{ n: 1 }, { n: 2 }]);

    const settings = await third.query("select name, setting from pg_settings");
    const setting = new Map(settings.rows.map((row) => [row.name, row.setting]));
    expect([setting.get("fsync"), setting.get("max_connections")]).toEqual(["on", "20"]);
    await server.stop();
    await server.stop();
    expect(existsSync(setting.get("data_directory"))).toBe(false);
    expect(() => process.kill(server.pid, 0)).toThrow("ESRCH");
  });

  test("one that does not start says why", async () => {
    await expect(startPostgres({ config: { max_connections: "many" } })).rejects.toThrow(
      "max_connections",
    );
  });
});
