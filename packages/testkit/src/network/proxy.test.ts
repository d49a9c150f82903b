import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { LineClient, lineServer } from "./line-server.ts";
import { faultProxy } from "./proxy.ts";

async function setUp(reply?: (line: string) => string) {
  const server = await lineServer(reply);
  const proxy = await faultProxy({ port: server.port });
  onTestFinished(() => Promise.all([proxy.close(), server.close()]).then(() => {}));
  return { server, proxy, connect: () => new LineClient(proxy.port) };
}

test("bytes pass both ways, and so does an orderly end", async () => {
  const { server, proxy, connect } = await setUp();
  const client = connect();
  expect(await client.ask("a")).toBe("a!\n");
  expect(await client.ask("b")).toBe("a!\nb!\n");
  expect(proxy.connections).toBe(1);
  client.socket.end();
  expect(await client.ended).toBe("end");
  expect(server.ends).toEqual(["end"]);
  await expect.poll(() => proxy.connections).toBe(0);
  expect(proxy.struck).toBe(0);
});

test("a client that has ended its side still gets its reply", async () => {
  const { connect } = await setUp();
  const client = connect();
  client.socket.end("last\n");
  expect(await client.ended).toBe("end");
  expect(client.received).toBe("last!\n");
});

test("a server that goes takes its clients along, one that is gone resets them", async () => {
  const { server, connect } = await setUp();
  const client = connect();
  await client.ask("a");
  server.drop();
  expect(await client.ended).toBe("end");
  await server.close();
  expect(await connect().ended).toBe("ECONNRESET");
});

test("a client that is reset is reset on the server too", async () => {
  const { server, connect } = await setUp();
  const client = connect();
  await client.ask("a");
  client.socket.resetAndDestroy();
  await expect.poll(() => server.ends).toEqual(["ECONNRESET"]);
});

test("a reader that does not read holds up the writer, and loses nothing", async () => {
  const size = 32 * 1024 * 1024;
  const { proxy } = await setUp(() => "x".repeat(size));
  const socket = connect({ port: proxy.port, host: "127.0.0.1" });
  socket.write("go\n");
  await once(socket, "readable");
  const before = process.memoryUsage().rss;
  let received = 0;
  for await (const chunk of socket) {
    received += chunk.length;
    if (received >= size) break;
  }
  expect(received).toBe(size);
  expect(process.memoryUsage().rss - before).toBeLessThan(size);
});

test("url puts the proxy in the place of the server", async () => {
  const { proxy } = await setUp();
  const { port } = proxy;
  expect(proxy.url("redis://:pw@db.example:6379/2")).toBe(`redis://:pw@127.0.0.1:${port}/2`);
  expect(proxy.url("postgres://ann@[::1]:5432/app?a=b")).toBe(
    `postgres://ann@127.0.0.1:${port}/app?a=b`,
  );
  expect(proxy.url("http://localhost/")).toBe(`http://127.0.0.1:${port}/`);
});

test("refuse: what is connected is reset, nothing new is accepted, until another fault or none", async () => {
  const { proxy, connect } = await setUp();
  const client = connect();
  await client.ask("a");
  await proxy.strike({ kind: "refuse" });
  expect(await client.ended).toBe("ECONNRESET");
  expect(await connect().ended).toBe("ECONNREFUSED");
  expect([proxy.connections, proxy.struck]).toEqual([0, 1]);
  await proxy.strike({ kind: "refuse" });
  await proxy.heal();
  expect(await connect().ask("b")).toBe("b!\n");
  await proxy.strike({ kind: "refuse" });
  await proxy.strike({ kind: "drip", bytes: 9, ms: 0 });
  expect(await connect().ask("c")).toBe("c!\n");
});

test("close ends everything, whatever the fault, and may be called again", async () => {
  const { proxy, connect } = await setUp();
  await proxy.strike({ kind: "stall" });
  const client = connect();
  client.socket.write("a\n");
  await proxy.untilStruck();
  const struckAgain = proxy.untilStruck(99);
  await Promise.all([
    proxy.close(),
    expect(struckAgain).rejects.toThrow("closed after 1 strikes of 99"),
  ]);
  expect(await client.ended).toBe("ECONNRESET");
  expect(proxy.connections).toBe(0);
  await proxy.close();
  expect(await connect().ended).toBe("ECONNREFUSED");
});

test("numbers that make no sense are refused", async () => {
  const { proxy } = await setUp();
  await expect(proxy.strike({ kind: "drip", bytes: 0, ms: 1 })).rejects.toThrow(RangeError);
  await expect(proxy.strike({ kind: "reset", after: Number.NaN })).rejects.toThrow(RangeError);
  await expect(proxy.strike({ kind: "lose-reply", nth: 0 })).rejects.toThrow(RangeError);
});
