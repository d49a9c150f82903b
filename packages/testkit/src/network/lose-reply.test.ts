import { describe, expect, onTestFinished, test } from "vitest";
import type { NetworkFault } from "./fault.ts";
import { LineClient, lineServer } from "./line-server.ts";
import { faultProxy } from "./proxy.ts";

async function setUp(fault: Omit<NetworkFault & { kind: "lose-reply" }, "kind"> = {}) {
  const server = await lineServer();
  const proxy = await faultProxy({ port: server.port });
  onTestFinished(() => Promise.all([proxy.close(), server.close()]).then(() => {}));
  await proxy.strike({ kind: "lose-reply", ...fault });
  return { server, proxy, connect: () => new LineClient(proxy.port) };
}

/** How asking for `line` on a connection of its own ends. */
async function askOnce(client: LineClient, line: string): Promise<string> {
  return Promise.race([client.ask(line), client.ended]);
}

describe("lose-reply", () => {
  test("the request is executed, its reply never arrives, the next one's does", async () => {
    const { server, proxy, connect } = await setUp();
    const client = connect();
    client.socket.write("a\n");
    expect(await client.ended).toBe("ECONNRESET");
    expect([client.received, server.executed, proxy.struck]).toEqual(["", ["a"], 1]);
    expect(await connect().ask("a")).toBe("a!\n");
    expect(server.executed).toEqual(["a", "a"]);
  });

  test("on a connection that is in use, and on no other", async () => {
    const { proxy, connect } = await setUp();
    await proxy.heal();
    const [one, other] = [connect(), connect()];
    await one.ask("a");
    await other.ask("a");
    await proxy.strike({ kind: "lose-reply" });
    expect(await askOnce(one, "b")).toBe("ECONNRESET");
    expect(await other.ask("b")).toBe("a!\nb!\n");
  });

  test("the nth of those that match, over all connections", async () => {
    const { server, connect } = await setUp({ match: "SET", nth: 2 });
    const client = connect();
    for (const line of ["GET", "SET 1", "GET"]) await client.ask(line);
    expect(await connect().ask("GET")).toBe("GET!\n");
    expect(await askOnce(connect(), "SET 2")).toBe("ECONNRESET");
    expect(await askOnce(connect(), "SET 3")).toBe("SET 3!\n");
    expect(await askOnce(client, "SET 4")).toMatch(/SET 4!\n$/);
    expect(server.executed).toHaveLength(7);
  });

  test("several in a row", async () => {
    const { proxy, connect } = await setUp({ nth: 2, times: 2 });
    const ends: string[] = [];
    for (let i = 0; i < 4; i++) ends.push(await askOnce(connect(), "a"));
    expect(ends).toEqual(["a!\n", "ECONNRESET", "ECONNRESET", "a!\n"]);
    expect(proxy.struck).toBe(2);
  });

  test("a text that comes in two pieces matches; a predicate sees the bytes so far", async () => {
    const seen: string[] = [];
    const match = (request: Buffer) => {
      seen.push(String(request));
      return request.includes("UPDATE");
    };
    const { server, connect } = await setUp({ match });
    const client = connect();
    client.socket.write("UPD");
    await expect.poll(() => seen).toEqual(["UPD"]);
    client.socket.write("ATE t\n");
    expect(await client.ended).toBe("ECONNRESET");
    expect(seen).toEqual(["UPD", "UPDATE t\n"]);
    expect(server.executed).toEqual(["UPDATE t"]);
  });

  test("a reply to an earlier request is not taken for the one: all that was sent is executed", async () => {
    const { server, proxy, connect } = await setUp({ match: "b" });
    await proxy.strike({ kind: "stall", direction: "replies" });
    const client = connect();
    client.socket.write("a\n");
    await proxy.untilStruck();
    await proxy.strike({ kind: "lose-reply", match: "b" });
    client.socket.write("b\n");
    await client.ended;
    expect(server.executed).toEqual(["a", "b"]);
  });

  test("a server that dies before it answers: the client is reset, and nothing was struck", async () => {
    const { server, proxy, connect } = await setUp({ match: "half" });
    const client = connect();
    client.socket.write("half of a line");
    await expect.poll(() => server.pending).toBe("half of a line");
    server.drop();
    expect(await client.ended).toBe("ECONNRESET");
    expect(proxy.struck).toBe(0);
  });
});
