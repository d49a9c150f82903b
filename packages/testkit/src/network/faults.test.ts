import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { LineClient, lineServer } from "./line-server.ts";
import { faultProxy } from "./proxy.ts";

async function setUp(reply?: (line: string) => string) {
  const server = await lineServer(reply);
  const proxy = await faultProxy({ port: server.port });
  onTestFinished(() => Promise.all([proxy.close(), server.close()]).then(() => {}));
  return { server, proxy, connect: () => new LineClient(proxy.port) };
}

describe("reset", () => {
  test("what is connected is reset, what comes later is not", async () => {
    const { server, proxy, connect } = await setUp();
    const clients = [connect(), connect()];
    for (const client of clients) await client.ask("a");
    await proxy.strike({ kind: "reset" });
    for (const client of clients) expect(await client.ended).toBe("ECONNRESET");
    await expect.poll(() => server.ends).toEqual(["ECONNRESET", "ECONNRESET"]);
    expect(proxy.struck).toBe(1);
    expect(await connect().ask("b")).toBe("b!\n");
  });

  test("a client that does not read is reset none the less", async () => {
    const { proxy, connect } = await setUp(() => "x".repeat(32 * 1024 * 1024));
    const client = connect();
    client.socket.pause().write("go\n");
    await once(client.socket, "readable");
    await proxy.strike({ kind: "reset" });
    expect(proxy.connections).toBe(0);
    client.socket.resume();
    expect(await client.ended).toBe("ECONNRESET");
  });

  test("after n bytes: they arrive, no more do, and only the one connection is struck", async () => {
    const { proxy, connect } = await setUp();
    const [one, other] = [connect(), connect()];
    await one.ask("one");
    await other.ask("other");
    await proxy.strike({ kind: "reset", after: 7 });
    expect(await one.ask("two")).toBe("one!\ntwo!\n");
    one.socket.write("three\n");
    expect(await one.ended).toBe("ECONNRESET");
    expect(one.received).toBe("one!\ntwo!\nth");
    expect(await other.ask("more")).toBe("other!\nmore!\n");
    expect(proxy.struck).toBe(1);
  });

  test("after no bytes: the reply is waited for", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    await client.ask("a");
    await proxy.strike({ kind: "reset", after: 0 });
    client.socket.write("b\n");
    expect(await client.ended).toBe("ECONNRESET");
    expect([client.received, server.executed]).toEqual(["a!\n", ["a", "b"]]);
  });
});

describe("stall", () => {
  test("requests wait until the network is healed", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    await client.ask("a");
    await proxy.strike({ kind: "stall" });
    const [answer, late] = [client.ask("b"), connect().ask("c")];
    await proxy.untilStruck(2);
    expect(server.executed).toEqual(["a"]);
    await proxy.heal();
    expect([await answer, await late]).toEqual(["a!\nb!\n", "c!\n"]);
  });

  test("replies only: the server has executed what the client waits for", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    await proxy.strike({ kind: "stall", direction: "replies" });
    const answer = client.ask("a");
    await proxy.untilStruck();
    expect([client.received, server.executed]).toEqual(["", ["a"]]);
    await proxy.strike({ kind: "stall", direction: "requests" });
    expect(await answer).toBe("a!\n");
    client.socket.write("b\n");
    await proxy.untilStruck();
    expect(server.executed).toEqual(["a"]);
  });

  test("a request whose client has given up is executed late", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    await client.ask("a");
    await proxy.strike({ kind: "stall" });
    client.socket.end("late\n");
    await proxy.untilStruck();
    expect(server.executed).toEqual(["a"]);
    await proxy.heal();
    await expect.poll(() => server.executed).toEqual(["a", "late"]);
    await expect.poll(() => proxy.connections).toBe(0);
  });
});

describe("drip", () => {
  test("replies arrive in pieces, with a pause after each, requests at once", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    await proxy.strike({ kind: "drip", bytes: 2, ms: 20 });
    const begin = performance.now();
    const answer = client.ask("seven7");
    await proxy.untilStruck();
    expect(server.executed).toEqual(["seven7"]);
    expect(await answer).toBe("seven7!\n");
    expect(performance.now() - begin).toBeGreaterThan(55);
    expect(client.pieces).toEqual(["se", "ve", "n7", "!\n"]);
    expect(proxy.struck).toBe(4);
  });

  test("healed, the rest comes at once", async () => {
    const { proxy, connect } = await setUp();
    const client = connect();
    await proxy.strike({ kind: "drip", bytes: 1, ms: 3_600_000 });
    const answer = client.ask("slow");
    await client.until("s");
    await proxy.heal();
    expect(await answer).toBe("slow!\n");
    expect(client.pieces).toEqual(["s", "low!\n"]);
  });
});
