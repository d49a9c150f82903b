import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Listener } from "./listener.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pool whose connections can be broken, and how often it was asked for one. */
function pool() {
  const lent: Array<EventEmitter & { released: boolean[] }> = [];
  const state = { down: false, asked: [] as number[] };
  return {
    lent,
    state,
    client: {
      totalCount: 0,
      options: {},
      async connect() {
        state.asked.push(Date.now());
        if (state.down) throw new Error("down");
        const released: boolean[] = [];
        const connection = Object.assign(new EventEmitter(), {
          released,
          query: async () => ({ rows: [] }),
          release: (destroy: boolean) => void released.push(destroy),
        });
        lent.push(connection);
        return connection;
      },
    },
  };
}

const ID = "AAAAAAAAAAAAAAAAAAAAAA";

test("a connection that is lost is asked for again, ever less often, and every attempt tells to look", async () => {
  const { client, lent, state } = pool();
  const heard: unknown[] = [];
  const listener = new Listener(client, "c", () => 0.5);
  const stop = await listener.watch((id) => heard.push(id));
  expect([heard, vi.getTimerCount()]).toEqual([[], 0]);
  state.down = true;
  const began = Date.now();
  lent[0]?.emit("error");
  lent[0]?.emit("end");
  expect(lent[0]?.released).toEqual([true]);
  await vi.advanceTimersByTimeAsync(9_100);
  const waits = state.asked.slice(1).map((at) => at - began);
  expect(waits).toEqual([100, 300, 700, 1_500, 3_100, 5_100, 7_100, 9_100]);
  expect(heard).toHaveLength(9);
  state.down = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(heard).toHaveLength(10);
  lent[1]?.emit("notification", { channel: "c", payload: ID });
  expect(heard.at(-1)).toBe(ID);
  // After it was back it begins with short waits again.
  lent[1]?.emit("end");
  await vi.advanceTimersByTimeAsync(100);
  expect(lent).toHaveLength(3);
  await stop();
  expect(lent.map(({ released }) => released)).toEqual([[true], [true], [true]]);
});

test("whoever begins to watch while it is away does not wait for the next attempt", async () => {
  const { client, lent, state } = pool();
  const listener = new Listener(client, "c", () => 0.5);
  const heard: unknown[] = [];
  await listener.watch((id) => heard.push(id));
  lent[0]?.emit("end");
  await listener.watch(() => {});
  expect([state.asked.length, vi.getTimerCount(), heard.length]).toEqual([2, 0, 2]);
  await listener.close();
});

test("nothing runs and nothing is held when nobody watches: stopped, failed, or closed", async () => {
  const { client, lent, state } = pool();
  const listener = new Listener(client, "c");
  const stop = await listener.watch(() => {});
  lent[0]?.emit("end");
  await stop();
  expect(vi.getTimerCount()).toBe(0);

  state.down = true;
  await expect(listener.watch(() => {})).rejects.toThrow("down");
  expect(vi.getTimerCount()).toBe(0);

  state.down = false;
  const late = listener.watch(() => {});
  await listener.close();
  await late;
  expect(lent.at(-1)?.released).toEqual([true]);
  await expect(listener.watch(() => {})).rejects.toThrow("the store is closed");
});

test("what is no session id, or came by another channel, is passed over", async () => {
  const { client, lent } = pool();
  const heard: unknown[] = [];
  const listener = new Listener(client, "c");
  await listener.watch((id) => heard.push(id));
  const notify = (channel: string, payload?: string) =>
    lent[0]?.emit("notification", { channel, payload });
  for (const payload of ["", "hello", `${ID}A`, `${ID.slice(1)}!`, "\0", undefined]) {
    notify("c", payload);
  }
  notify("d", ID);
  expect(heard).toEqual([]);
  notify("c", `x ${ID} y`);
  expect(heard).toEqual([ID]);
  await listener.close();
});
