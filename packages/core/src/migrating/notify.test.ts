import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStore } from "../store/memory.ts";
import type { SessionId } from "../token/token.ts";
import { migratingStore } from "./store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store that can notify, and what was asked of it. */
function notifying(name: string, log: string[], fails = "") {
  const ask = (what: string) => {
    log.push(`${name} ${what}`);
    if (what === fails) throw new Error(`${name} is down`);
  };
  return {
    ...memoryStore(),
    announce: (ids: readonly SessionId[]) => ask(`announce ${ids}`),
    watch: () => {
      ask("watch");
      return () => ask("stop");
    },
  };
}

const a = "a" as SessionId;

test("both stores are told and watched, and stopped", async () => {
  const log: string[] = [];
  const store = migratingStore({ from: notifying("from", log), to: notifying("to", log) });
  const stop = await store.watch?.(() => {});
  await store.announce?.([a]);
  expect(vi.getTimerCount()).toBe(0);
  await stop?.();
  const calls = ["watch", "announce a", "stop"].flatMap((it) => [`from ${it}`, `to ${it}`]);
  expect(log).toEqual(calls);
});

test("what ends in a store that cannot tell of it has to be looked for", async () => {
  for (const one of ["from", "to"] as const) {
    const log: string[] = [];
    const stores = { from: memoryStore(), to: memoryStore(), [one]: notifying(one, log) };
    const store = migratingStore(stores);
    const heard: unknown[] = [];
    const stop = await store.watch?.((id) => heard.push(id));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(heard).toEqual([undefined, undefined]);
    await stop?.();
    expect([vi.getTimerCount(), log]).toEqual([0, [`${one} watch`, `${one} stop`]]);
  }
});

test("where neither can, the pair cannot", () => {
  const store = migratingStore({ from: memoryStore(), to: memoryStore() });
  expect([store.announce, store.watch]).toEqual([undefined, undefined]);
});

test("one that fails keeps the other from nothing, and is told of", async () => {
  const log: string[] = [];
  const to = notifying("to", log);
  const deaf = migratingStore({ from: to, to: notifying("deaf", log, "watch") });
  await expect(deaf.watch?.(() => {})).rejects.toThrow("deaf is down");
  expect(log).toEqual(["to watch", "deaf watch", "to stop"]);
  const mute = migratingStore({ from: notifying("mute", log, "announce a"), to });
  await expect(mute.announce?.([a])).rejects.toThrow("mute is down");
  expect(log.slice(-2)).toEqual(["mute announce a", "to announce a"]);
});
