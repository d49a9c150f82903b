import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { bench } from "../testing/bench.ts";
import type { SessionId } from "../token/token.ts";
import { createSessions } from "./manager.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two processes over one storage, and one user in the first. */
async function two(more: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  let now = 2_000_000_000_000;
  const clock = () => now;
  const memory = memoryStore({ clock });
  let reads = 0;
  const store: SessionStore = {
    ...memory,
    read: (id) => {
      reads++;
      return memory.read(id);
    },
    ...more(memory),
  };
  const [here, there] = [0, 1].map(() => createSessions({ storage: store, clock })) as [
    ReturnType<typeof createSessions>,
    ReturnType<typeof createSessions>,
  ];
  const session = await here.open({ headers: {} });
  session.login("ada");
  await here.commit(session);
  const wait = async (ms: number) => {
    now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { here, there, id: session.id, wait, reads: () => reads };
}

/** A storage that can notify, as by a channel of Redis. */
function channel() {
  const listeners = new Set<(id: SessionId | undefined) => void>();
  const log: string[] = [];
  return {
    log,
    listeners,
    methods: () => ({
      announce: (ids: readonly SessionId[]) => {
        log.push("announce");
        for (const id of ids) for (const listener of listeners) listener(id);
      },
      watch: (listener: (id: SessionId | undefined) => void) => {
        log.push("watch");
        listeners.add(listener);
        return () => {
          log.push("unwatch");
          listeners.delete(listener);
        };
      },
    }),
  };
}

describe("onEnd", () => {
  test("is called once and at once for what ends in this process, whichever way", async () => {
    const it = bench({ limits: { perUser: 1 } });
    const ends: Array<(browser: ReturnType<typeof it.browser>, id: string) => Promise<unknown>> = [
      (browser) => browser.visit((session) => session.destroy()),
      (_, id) => it.sessions.revoke(id),
      () => it.sessions.revokeUser("ada"),
      () => it.browser().visit((session) => session.login("ada")),
      (browser) => browser.visit((session) => session.regenerate()),
      (browser) => browser.visit((session) => session.login("bob")),
    ];
    for (const end of ends) {
      const browser = it.browser();
      await browser.visit((session) => session.login("ada"));
      const { id } = await browser.open();
      const told: string[] = [];
      it.sessions.onEnd(id, (ended) => told.push(ended));
      expect(told).toEqual([]);
      await end(browser, id);
      expect(told).toEqual([id]);
      await it.sessions.revoke(id);
      expect(told).toEqual([id]);
    }
  });

  test("is called at once for a session that is over already, or never was", async () => {
    const it = bench();
    const told: string[] = [];
    it.sessions.onEnd("AAAAAAAAAAAAAAAAAAAAAA", (id) => told.push(id));
    expect(told).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not called after it was taken back; nothing runs when nobody waits", async () => {
    const { here, id } = await two();
    const told: string[] = [];
    const same = () => told.push("same");
    const first = here.onEnd(id, same);
    const second = here.onEnd(id, same);
    expect(vi.getTimerCount()).toBe(1);
    first();
    first();
    await here.revoke(id);
    expect(told).toEqual(["same"]);
    second();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a listener that throws keeps no other from being told, and undoes nothing", async () => {
    const { here, id } = await two();
    const surfaced: unknown[] = [];
    const microtask = vi.spyOn(globalThis, "queueMicrotask").mockImplementation((work) => {
      try {
        work();
      } catch (error) {
        surfaced.push(error);
      }
    });
    const told: string[] = [];
    here.onEnd(id, () => {
      throw new Error("bug");
    });
    here.onEnd(id, () => told.push("second"));
    expect(await here.revoke(id)).toBe(true);
    microtask.mockRestore();
    expect(told).toEqual(["second"]);
    expect(surfaced).toHaveLength(1);
  });

  test("without a store that notifies, what ends elsewhere is found within three seconds", async () => {
    const { here, there, id, wait } = await two();
    const told: string[] = [];
    here.onEnd(id, (ended) => told.push(ended));
    await wait(5_000);
    await there.revoke(id);
    expect(told).toEqual([]);
    await wait(3_000);
    expect(told).toEqual([id]);
  });

  test("G8 an expired session is over too, at the idle and at the absolute timeout", async () => {
    const { methods } = channel();
    const { here, id, wait, reads } = await two(methods);
    const told: string[] = [];
    here.onEnd(id, (ended) => told.push(ended));
    const before = reads();
    for (let minute = 0; minute < 29; minute++) await wait(60_000);
    // Once a minute, in case that somebody ends sessions and does not tell.
    expect([told, reads() - before]).toEqual([[], 29]);
    await wait(61_000);
    expect(told).toEqual([id]);
  });

  test("with a store that notifies, what ends elsewhere is told at once and nothing is read meanwhile", async () => {
    const { methods, log } = channel();
    const { here, there, id, wait, reads } = await two(methods);
    const told: string[] = [];
    here.onEnd(id, (ended) => told.push(ended));
    const before = reads();
    await wait(59_000);
    expect(reads()).toBe(before);
    await there.revoke(id);
    await Promise.resolve();
    expect(told).toEqual([id]);
    expect(log).toEqual(["watch", "announce", "unwatch"]);
  });

  test("all that end at once are announced at once", async () => {
    const announced: (readonly SessionId[])[] = [];
    const { here } = await two(() => ({
      ...channel().methods(),
      announce: (ids: readonly SessionId[]) => void announced.push(ids),
    }));
    for (let n = 0; n < 3; n++) await here.issue("ada");
    expect(await here.revokeUser("ada")).toBe(4);
    await Promise.resolve();
    expect(announced.map((ids) => ids.length)).toEqual([4]);
  });

  test("when some may have been missed, it looks", async () => {
    const { methods, listeners } = channel();
    const { here, there, id } = await two((store) => ({
      ...methods(),
      announce: () => {},
      ...(store && {}),
    }));
    const told: string[] = [];
    here.onEnd(id, (ended) => told.push(ended));
    await there.revoke(id);
    expect(told).toEqual([]);
    for (const listener of [...listeners]) listener(undefined);
    expect(told).toEqual([id]);
  });

  test("G10 a store that cannot be watched is asked again, and looked at meanwhile", async () => {
    let down = true;
    const { methods, listeners } = channel();
    const { here, there, id, wait } = await two(() => ({
      ...methods(),
      announce: () => Promise.reject(new Error("down")),
      watch: (listener: (id: SessionId | undefined) => void) =>
        down ? Promise.reject(new Error("down")) : Promise.resolve(methods().watch(listener)),
    }));
    const told: string[] = [];
    const errors: string[] = [];
    here.events.on("store-error", ({ operation }) => errors.push(operation));
    here.onEnd(id, (ended) => told.push(ended));
    await wait(1_500);
    expect(listeners.size).toBe(0);
    down = false;
    await wait(1_500);
    expect(listeners.size).toBe(1);
    down = true;
    expect(errors).toContain("watch");
    await there.revoke(id);
    for (const listener of [...listeners]) listener(undefined);
    expect(told).toEqual([id]);
  });

  test("an answer that comes late is not taken for one about a session that has come back since", async () => {
    const late: ((record: undefined) => void)[] = [];
    let isLate = false;
    const { here, id } = await two((store) => ({
      read: (it) => (isLate ? new Promise((resolve) => late.push(resolve)) : store.read(it)),
    }));
    const told: string[] = [];
    isLate = true;
    here.onEnd(id, () => told.push("before"))();
    isLate = false;
    const stop = here.onEnd(id, () => told.push("since"));
    for (const answer of late) answer(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect([late.length, told]).toEqual([1, []]);
    stop();
  });

  test("a watch that fails after nobody waited for it any more leaves the next one alone", async () => {
    const { methods, listeners } = channel();
    const answers: PromiseWithResolvers<void>[] = [];
    const { here, id, wait } = await two(() => ({
      ...methods(),
      watch: (listener: (id: SessionId | undefined) => void) => {
        const answer = Promise.withResolvers<void>();
        answers.push(answer);
        return answer.promise.then(() => methods().watch(listener));
      },
    }));
    here.onEnd(id, () => {})();
    const stop = here.onEnd(id, () => {});
    expect(answers).toHaveLength(2);
    answers[0]?.reject(new Error("down"));
    await wait(1_500);
    for (const answer of answers.slice(1)) answer.resolve();
    await wait(1_500);
    expect([answers.length, listeners.size]).toEqual([2, 1]);
    stop();
    await wait(0);
    expect(listeners.size).toBe(0);
  });

  test("a watch that stands after nobody waited for it any more is not taken for the next one", async () => {
    const { methods } = channel();
    const answers: PromiseWithResolvers<void>[] = [];
    const { here, there, id, wait } = await two(() => ({
      ...methods(),
      announce: () => {},
      watch: (listener: (id: SessionId | undefined) => void) => {
        const answer = Promise.withResolvers<void>();
        answers.push(answer);
        return answer.promise.then(() => methods().watch(listener));
      },
    }));
    here.onEnd(id, () => {})();
    answers[0]?.resolve();
    await wait(0);
    const told: string[] = [];
    here.onEnd(id, (ended) => told.push(ended));
    answers[1]?.reject(new Error("down"));
    await there.revoke(id);
    await wait(3_000);
    expect(told).toEqual([id]);
  });

  test("no timer keeps the process alive", async () => {
    vi.useRealTimers();
    const { here, id } = await two();
    const active = process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
    const stop = here.onEnd(id, () => {});
    expect(process.getActiveResourcesInfo().filter((it) => it === "Timeout").length).toBe(active);
    stop();
  });
});
