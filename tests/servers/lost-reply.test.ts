import { faultProxy } from "@coatcheck/testkit";
import { Client } from "pg";
import { createClient } from "redis";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { postgresBinaries, redisBinary } from "./binaries.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import type { TestServer } from "./server.ts";

/** The server's URL, by way of a proxy. */
async function before({ port, url }: TestServer) {
  const proxy = await faultProxy({ port });
  onTestFinished(() => proxy.close());
  return { proxy, proxied: proxy.url(url) };
}

describeWith(redisBinary(), "a lost reply of Redis", () => {
  test("the command whose reply is lost was executed once, others were not disturbed", async () => {
    const { proxy, proxied } = await before(await startRedis({ appendonly: "no" }));
    const client = createClient({ url: proxied, disableOfflineQueue: true });
    client.on("error", () => {});
    onTestFinished(() => client.destroy());
    await client.connect();
    await proxy.strike({ kind: "lose-reply", match: "INCR", nth: 2 });
    expect(await client.incr("n")).toBe(1);
    expect(await client.get("n")).toBe("1");
    await expect(client.incr("n")).rejects.toThrow();
    expect(proxy.struck).toBe(1);
    await expect.poll(() => client.get("n").catch(() => "away")).toBe("2");
  });
});

describeWith(postgresBinaries(), "a lost reply of Postgres", () => {
  test("the update whose reply is lost is committed", async () => {
    const server = await startPostgres();
    const { proxy, proxied } = await before(server);
    const direct = new Client({ connectionString: server.url });
    const client = new Client({ connectionString: proxied });
    for (const each of [direct, client]) {
      each.on("error", () => {});
      onTestFinished(() => each.end().catch(() => {}));
      await each.connect();
    }
    await client.query("create table t (n int)");
    await client.query("insert into t values (0)");
    await proxy.strike({ kind: "lose-reply", match: "update" });
    // The reply is larger than the server's buffer: it begins to arrive before the commit.
    const update = "update t set n = n + $1 returning repeat('x', 1000000)";
    await expect(client.query(update, [1])).rejects.toThrow();
    expect((await direct.query("select n from t")).rows).toEqual([{ n: 1 }]);
  });
});
