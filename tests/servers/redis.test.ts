import { existsSync } from "node:fs";
import { createClient } from "redis";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { redisBinary } from "./binaries.ts";
import { startRedis } from "./redis.ts";
import { askRedis } from "./resp.ts";

/** A client that lives for the test, and survives restarts of its server. */
async function connect(url: string) {
  const client = createClient({ url });
  client.on("error", () => {});
  onTestFinished(() => client.destroy());
  await client.connect();
  return client;
}

describeWith(redisBinary(), "startRedis", () => {
  test("with `always` a write survives a crash and an orderly restart", async () => {
    const server = await startRedis();
    const client = await connect(server.url);
    await client.set("a", "1");
    const { pid } = server;
    await server.kill();
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await client.get("a")).toBe("1");
    await client.set("a", "2");
    await server.restart();
    expect(await client.get("a")).toBe("2");
  });

  test("with `no` a restart begins empty", async () => {
    const server = await startRedis({ appendonly: "no", config: { maxmemory: "64mb" } });
    const client = await connect(server.url);
    expect(await client.configGet("maxmemory")).toEqual({ maxmemory: String(64 * 1024 * 1024) });
    await client.set("a", "1");
    await server.kill();
    await server.restart();
    expect(await client.get("a")).toBeNull();
  });

  test("with a password nobody else is let in; stopped, nothing is left", async () => {
    const server = await startRedis({ password: "open sesame" });
    const client = await connect(server.url);
    expect(await client.ping()).toBe("PONG");
    const { dir = "" } = await client.configGet("dir");
    expect(existsSync(dir)).toBe(true);
    await expect(askRedis(server, "PING")).rejects.toThrow("NOAUTH");
    await server.stop();
    await server.stop();
    expect(existsSync(dir)).toBe(false);
    expect(() => process.kill(server.pid, 0)).toThrow("ESRCH");
  });

  test("one that does not start says why", async () => {
    await expect(startRedis({ config: { maxmemory: "much" } })).rejects.toThrow("maxmemory");
  });
});
