import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { Channel } from "./channel.ts";

/** A client whose answers come when the test says so. */
function subscriber() {
  const asked: Array<PromiseWithResolvers<void> & { command: string }> = [];
  const ask = (command: string) => () => {
    const answer = Promise.withResolvers<void>();
    asked.push({ ...answer, command });
    return answer.promise;
  };
  const client = Object.assign(new EventEmitter(), {
    subscribe: ask("subscribe"),
    unsubscribe: ask("unsubscribe"),
  });
  const channel = new Channel({ isCluster: false, send: async () => 0 }, client, "ended");
  const commands = () => asked.map(({ command }) => command);
  return { channel, asked, commands };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("who watches while the subscription is being ended gets one of its own after it", async () => {
  const { channel, asked, commands } = subscriber();
  const watching = channel.watch(() => {});
  await turn();
  asked[0]?.resolve();
  const stop = await watching;
  const stopped = stop();
  await turn();
  const again = channel.watch(() => {});
  await turn();
  expect(commands()).toEqual(["subscribe", "unsubscribe"]);
  asked[1]?.resolve();
  await stopped;
  await turn();
  expect(commands()).toEqual(["subscribe", "unsubscribe", "subscribe"]);
  asked[2]?.resolve();
  await again;
});

test("who could not watch leaves nobody waiting, and the next one asks again", async () => {
  const { channel, asked, commands } = subscriber();
  const first = channel.watch(() => {});
  await turn();
  asked[0]?.reject(new Error("down"));
  await expect(first).rejects.toThrow("down");
  const second = channel.watch(() => {});
  await turn();
  expect(commands()).toEqual(["subscribe", "subscribe"]);
  asked[1]?.resolve();
  await second;
});
