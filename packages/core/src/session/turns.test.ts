import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SessionConflictError, SessionStoreError } from "../errors.ts";
import { isPromise } from "../promise.ts";
import type { SessionStore } from "../store/contract.ts";
import { memoryStore } from "../store/memory.ts";
import { Browser, bench, idOf, methodsOf, repeatable, type SyncStore } from "../testing/bench.ts";
import { rejectionOf } from "../testing/failure.ts";
import { coreIn, createSessions } from "./manager.ts";
import type { Session } from "./session.ts";

interface Data {
  n: number;
  other: number;
  list: string[];
}

type Method = "read" | "update" | "destroy";

/** What becomes of an update; `twice`: it is made, and sent again by the client library. */
type Fate = "ok" | "fail" | "lose reply" | "twice";

interface Call {
  readonly method: Method;
  go(): void;
}

/** A manager over a store that answers later; calls that are held wait until they are released. */
async function begin(fates: Fate[] = []) {
  const memory = memoryStore() as SyncStore;
  const calls: Method[] = [];
  const waiting: Call[] = [];
  let held: readonly Method[] = [];
  const later = <T>(method: Method, answer: () => T | Promise<T>): Promise<T> => {
    calls.push(method);
    if (!held.includes(method)) return Promise.resolve().then(answer);
    return new Promise<void>((go) => waiting.push({ method, go })).then(answer);
  };
  const update: SessionStore["update"] = (record, version, limit) =>
    later("update", () => {
      const fate = fates.shift() ?? "ok";
      if (fate === "fail") throw new Error("out of reach");
      const answer = memory.update(record, version, limit);
      if (fate === "lose reply") throw new Error("connection reset");
      if (fate !== "twice") return answer;
      return later("update", () => memory.update(record, version, limit));
    });
  const sessions = createSessions<Data>({
    storage: {
      ...methodsOf(memory),
      read: (id) => later("read", () => memory.read(id)),
      destroy: (id) => later("destroy", () => memory.destroy(id)),
      update,
    },
    random: repeatable(),
  });
  const events: [name: string, attempt: unknown][] = [];
  sessions.events.on("conflict", ({ attempt }) => events.push(["conflict", attempt]));
  sessions.events.on("commit-lost", ({ reason }) => events.push(["commit-lost", reason]));
  const browser = new Browser<Data>(sessions);
  const planned = fates.splice(0);
  await browser.visit((session) => session.set("n", 0));
  const hold = (...methods: Method[]) => {
    held = methods;
  };
  return {
    sessions,
    browser,
    calls,
    count: (method: Method) => calls.filter((call) => call === method).length,
    events,
    waiting,
    stored: () => JSON.parse(memory.read(idOf(browser.token))?.data ?? "null") as Data | null,
    lines: () => coreIn(sessions).lines.size,
    hold,
    /** From here on the updates have the fates that were planned. */
    fate: () => void fates.push(...planned),
    release: () => {
      hold();
      for (const { go } of waiting.splice(0)) go();
    },
    /** As many requests, each with the same version. */
    open: (count: number) => Promise.all(Array.from({ length: count }, () => browser.open())),
  };
}

type Bench = Awaited<ReturnType<typeof begin>>;

const increment = (session: Session<Data>) => session.update("n", (n = 0) => n + 1);
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** One commit has its turn, with its update on the way, and these wait for theirs. It adds 2 to `n`. */
async function lineUp(it: Bench, sessions: readonly Session<Data>[]) {
  const [first, second] = (await it.open(2)) as [Session<Data>, Session<Data>];
  for (const session of [first, second]) increment(session);
  await it.browser.commit(first);
  it.hold("update");
  const holder = (async () => it.sessions.commit(second))();
  it.waiting.shift()?.go();
  await settled();
  expect([it.lines(), it.waiting.length]).toEqual([1, 1]);
  const waiting = sessions.map(async (session) => it.sessions.commit(session));
  for (const commit of waiting) commit.catch(() => {});
  await settled();
  expect(it.waiting.length).toBe(1);
  it.calls.length = 0;
  return { holder, waiting };
}

describe("commits that meet at one session", () => {
  test("are made one after the other, and hardly any reads what the one before has written", async () => {
    const it = await begin();
    const sessions = await it.open(32);
    for (const [at, session] of sessions.entries()) session.set(`k${at}` as "n", at);
    it.calls.length = 0;
    await Promise.all(sessions.map((session) => it.sessions.commit(session)));
    expect(Object.keys(it.stored() ?? {})).toHaveLength(33);
    expect(it.count("update")).toBe(32 + 31);
    expect(it.count("read")).toBeLessThan(8);
    expect(it.events).toEqual(Array(31).fill(["conflict", 1]));
    expect(it.lines()).toBe(0);
  });

  test("ask the store once where they come while others have their turn", async () => {
    const it = await begin();
    const late = await it.open(20);
    for (const session of late) increment(session);
    const { holder, waiting } = await lineUp(it, late);
    it.release();
    await Promise.all([holder, ...waiting]);
    expect(it.count("update")).toBe(20);
    expect(it.count("read")).toBeLessThan(8);
    expect(it.stored()?.n).toBe(2 + 20);
    expect(it.events).toEqual(Array(21).fill(["conflict", 1]));
    expect(it.lines()).toBe(0);
  });

  test("keep their order: the last set wins", async () => {
    const it = await begin();
    const late = await it.open(20);
    for (const [at, session] of late.entries()) {
      session.set("other", at);
      session.update("list", (list = []) => [...list, String(at)]);
    }
    const { holder, waiting } = await lineUp(it, late);
    it.release();
    await Promise.all([holder, ...waiting]);
    expect(it.stored()).toEqual({ n: 2, other: 19, list: late.map((_, at) => String(at)) });
  });

  test("cost nothing where the store answers at once: no line is left, and no promise is made", async () => {
    const it = bench();
    const browser = it.browser();
    await browser.visit((session) => session.set("n", 0));
    const [one, other] = [await browser.open(), await browser.open()];
    one.set("a", 1);
    other.set("b", 2);
    await browser.commit(one);
    expect(isPromise(it.sessions.commit(other))).toBe(false);
    expect(it.eventsOf("conflict")).toHaveLength(1);
    expect(coreIn(it.sessions).lines.size).toBe(0);
  });

  test("find out that another process has written, and read", async () => {
    const it = await begin();
    const late = await it.open(3);
    for (const session of late) increment(session);
    const { holder, waiting } = await lineUp(it, late);
    const there = createSessions<Data>({ storage: coreIn(it.sessions).store });
    it.hold();
    const other = await there.open({ headers: { cookie: `__Host-id=${it.browser.token}` } });
    increment(other);
    await there.commit(other);
    it.release();
    await Promise.all([holder, ...waiting]);
    expect(it.stored()?.n).toBe(3 + 3);
  });
});

describe("of several processes", () => {
  /** Each call takes one round, in which the first process is always the first: the most any of them has tried. */
  async function rounds(processes: readonly number[]) {
    const memory = memoryStore() as SyncStore;
    let round: { at: number; go: () => void }[] = [];
    const storeOf = (at: number): SessionStore => {
      const later = async <T>(answer: () => T): Promise<T> => {
        await new Promise<void>((go) => round.push({ at, go }));
        return answer();
      };
      return {
        ...methodsOf(memory),
        read: (id) => later(() => memory.read(id)),
        update: (record, version) => later(() => memory.update(record, version)),
      };
    };
    const plain = createSessions<Data>({ storage: memory });
    const browser = new Browser<Data>(plain);
    await browser.visit((session) => session.set("n", 0));
    let open = 0;
    const attempts = processes.map(async (count, at) => {
      const sessions = createSessions<Data>({ storage: storeOf(at) });
      let most = 0;
      sessions.events.on("conflict", ({ attempt }) => {
        most = Math.max(most, attempt);
      });
      const requests = Array.from({ length: count }, async () => {
        open += 1;
        const session = await sessions.open({
          headers: { cookie: `__Host-id=${browser.token}` },
        });
        increment(session);
        await sessions.commit(session);
        open -= 1;
      });
      await Promise.all(requests);
      return most;
    });
    for (; open > 0; await settled()) {
      const calls = round.sort((a, b) => a.at - b.at);
      round = [];
      for (const { go } of calls) go();
    }
    const most = await Promise.all(attempts);
    expect((await browser.open()).get("n")).toBe(processes.reduce((sum, count) => sum + count, 0));
    return Math.max(...most);
  }

  test.each([
    ["one that writes once while another writes all the time", [400, 1], 8],
    ["two that write all the time", [100, 100], 8],
    ["sixteen", Array<number>(16).fill(20), 90],
  ])("G7 the slower ones get their turns too: %s", async (_, processes, bound) => {
    expect(await rounds(processes)).toBeLessThan(bound);
  });
});

describe("in a line", () => {
  test("G6 a destroy does not wait, and nothing that does is written", async () => {
    const it = await begin();
    const late = await it.open(5);
    const [logout] = (await it.open(1)) as [Session<Data>];
    for (const session of late) session.set("other", 1);
    const { holder, waiting } = await lineUp(it, late);
    logout.destroy();
    it.hold("update");
    await it.sessions.commit(logout);
    it.release();
    for (const headers of await Promise.all([holder, ...waiting])) {
      expect(headers.find(([name]) => name === "set-cookie")?.[1]).toContain("Max-Age=0");
    }
    expect(it.stored()).toBeNull();
    expect(it.events.filter(([name]) => name === "commit-lost")).toHaveLength(6);
    expect(it.lines()).toBe(0);
  });

  test("G4 what waits for a login is decided anew: a token of before brings its changes, and learns nothing", async () => {
    const it = await begin();
    const [login, ...late] = (await it.open(4)) as [Session<Data>, ...Session<Data>[]];
    login.login("ann", { keep: ["n"] });
    login.set("list", ["ann's"]);
    for (const session of late) {
      increment(session);
      session.set("other", 1);
    }
    const { holder, waiting } = await lineUp(it, [login, ...late]);
    it.release();
    const [, , ...rest] = await Promise.all([holder, ...waiting]);
    for (const headers of rest) expect(headers.map(([name]) => name)).not.toContain("set-cookie");
    expect(it.stored()).toEqual({ n: 2 + 3, list: ["ann's"] });
    expect(late.map((session) => [session.userId, session.get("list")])).toEqual(
      late.map(() => [undefined, undefined]),
    );
  });

  test("what waits for a regenerate is not in the new session, and loses nobody's cookie", async () => {
    const it = await begin();
    const [anew, ...late] = (await it.open(4)) as [Session<Data>, ...Session<Data>[]];
    for (const session of late) increment(session);
    const { holder, waiting } = await lineUp(it, [anew, ...late]);
    anew.regenerate();
    const regenerated = it.sessions.commit(anew) as Promise<never>;
    await settled();
    it.release();
    await Promise.all([holder, ...waiting]);
    it.browser.receive(await regenerated);
    expect(await it.browser.visit((session) => ({ ...session.data }))).toEqual({});
    expect(it.lines()).toBe(0);
  });

  test("a regenerate takes its turn, however many write", async () => {
    const it = await begin();
    const [anew, ...late] = (await it.open(40)) as [Session<Data>, ...Session<Data>[]];
    for (const session of late) increment(session);
    anew.regenerate();
    const { holder, waiting } = await lineUp(it, late.slice(0, 20));
    it.hold();
    const regenerated = it.sessions.commit(anew) as Promise<never>;
    await settled();
    const more = late.slice(20).map(async (session) => it.sessions.commit(session));
    it.release();
    await Promise.all([holder, ...waiting, ...more]);
    it.browser.receive(await regenerated);
    expect((await it.browser.open()).isNew).toBe(false);
    expect(it.events.filter(([name]) => name === "commit-lost")).toHaveLength(19);
  });

  test("a rotation is one for all who ask", async () => {
    const it = await begin();
    const late = await it.open(5);
    for (const session of late) session.rotate();
    const { holder, waiting } = await lineUp(it, late);
    it.release();
    const [, ...all] = await Promise.all([holder, ...waiting]);
    const lines = all.map((headers) => headers.find(([name]) => name === "set-cookie")?.[1]);
    expect(new Set(lines).size).toBe(1);
    it.browser.receive(all[0] ?? []);
    expect((await it.browser.open()).isNew).toBe(false);
  });

  test("an updater that refuses fails its own commit, and nobody reads again for it", async () => {
    const it = await begin();
    const late = await it.open(6);
    const refuse = (n = 0) => {
      if (n > 3) throw new Error("sold out");
      return n + 1;
    };
    for (const session of late) session.update("n", refuse);
    const { holder, waiting } = await lineUp(it, late);
    it.release();
    await holder;
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(2).fill("fulfilled"),
      ...Array(4).fill("rejected"),
    ]);
    expect(it.stored()?.n).toBe(4);
    expect(it.count("read")).toBe(0);
    expect(it.lines()).toBe(0);
  });

  test("whoever has read tells the next one, also if nothing comes of it", async () => {
    const it = await begin();
    const [opener, ...late] = (await it.open(4)) as [Session<Data>, ...Session<Data>[]];
    for (const session of late) session.set("other", 1);
    opener.update("n", (n) => {
      if (n) throw new Error("too late");
      return 1;
    });
    await it.browser.visit(increment);
    it.hold("read");
    const opened = it.sessions.commit(opener) as Promise<never>;
    opened.catch(() => {});
    await settled();
    const waiting = late.map(async (session) => it.sessions.commit(session));
    await settled();
    it.calls.length = 0;
    it.release();
    await expect(opened).rejects.toThrow("too late");
    await Promise.all(waiting);
    expect(it.calls).toEqual(Array(3).fill("update"));
  });

  test("a message that its handler goes on to change is stored as it was when it was left", async () => {
    const it = await begin();
    const [first, second] = (await it.open(2)) as [Session<Data>, Session<Data>];
    const message = ["saved"];
    first.flash("note" as never, message as never);
    first.set("other", 1);
    second.flash("hint" as never, "hi" as never);
    const { holder, waiting } = await lineUp(it, [first, second]);
    it.hold();
    it.waiting[0]?.go();
    await holder;
    message.push("by accident");
    await Promise.all(waiting);
    expect((await it.browser.open()).get("note" as never)).toEqual(["saved"]);
  });

  test.each(["fail", "lose reply"] as const)(
    "G10 a store that is out of reach (%s) holds nobody up: all ask for themselves",
    async (fate) => {
      const it = await begin([fate]);
      const late = await it.open(20);
      for (const session of late) increment(session);
      const { holder, waiting } = await lineUp(it, late);
      it.fate();
      it.hold("read");
      it.waiting.shift()?.go();
      await expect(holder).rejects.toThrow(SessionStoreError);
      await settled();
      // At the same time, so that each waits for the store's time limit once at most.
      expect(it.waiting.map(({ method }) => method)).toEqual(Array(20).fill("read"));
      it.release();
      await Promise.all(waiting);
      expect(it.stored()?.n).toBe(1 + 20 + (fate === "fail" ? 0 : 1));
      // And meet again.
      expect(it.count("update")).toBe(20 + 19);
      expect(it.lines()).toBe(0);
    },
  );

  test("G7 an update that was sent twice counts once, however many have their turn before", async () => {
    const it = await begin(["twice"]);
    const late = await it.open(12);
    const [twice, other, more] = (await it.open(3)) as [
      Session<Data>,
      Session<Data>,
      Session<Data>,
    ];
    it.fate();
    it.hold("update");
    const commits = [twice, other, more].map(async (session) => {
      increment(session);
      return it.sessions.commit(session);
    });
    const [made, stale] = it.waiting.splice(0, 2);
    made?.go();
    await settled();
    stale?.go();
    await settled();
    expect(it.lines()).toBe(1);
    for (const session of late) {
      increment(session);
      commits.push((async () => it.sessions.commit(session))());
    }
    it.release();
    await Promise.all(commits);
    expect(it.stored()?.n).toBe(3 + 12);
  });

  test("a commit waits as long as for the store, then gives up with a 503, and can be made again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const it = await begin();
    const [next, ...late] = (await it.open(3)) as [Session<Data>, ...Session<Data>[]];
    const [newcomer] = (await it.open(1)) as [Session<Data>];
    for (const session of [next, ...late, newcomer]) increment(session);
    const { holder, waiting } = await lineUp(it, [next, ...late]);
    vi.advanceTimersByTime(1_999);
    it.waiting.shift()?.go();
    await holder;
    await settled();
    vi.advanceTimersByTime(1);
    for (const commit of waiting.slice(1)) await rejectionOf(SessionConflictError, () => commit);
    const last = it.sessions.commit(newcomer);
    it.release();
    await Promise.all([waiting[0], last]);
    expect(it.stored()?.n).toBe(2 + 2);
    for (const session of late) await it.browser.commit(session);
    expect(it.stored()?.n).toBe(2 + 4);
    expect(it.lines()).toBe(0);
    // That of the store's calls, which is one for all.
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });
});

test("G7 each update that was acknowledged counts once, whatever the store does to some of them", async () => {
  const fates = fc.array(fc.constantFrom<Fate>("ok", "ok", "ok", "fail", "lose reply", "twice"), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(fates, fc.integer({ min: 2, max: 12 }), async (planned, count) => {
      const it = await begin(planned);
      const sessions = await it.open(count);
      it.fate();
      let unknown = 0;
      await Promise.all(
        sessions.map(async (session) => {
          increment(session);
          for (;;) {
            try {
              return await it.sessions.commit(session);
            } catch (error) {
              if (error instanceof SessionStoreError) continue;
              if (!(error instanceof SessionConflictError)) throw error;
              unknown += 1;
              return;
            }
          }
        }),
      );
      const n = it.stored()?.n ?? 0;
      expect(n).toBeLessThanOrEqual(count);
      expect(n).toBeGreaterThanOrEqual(count - unknown);
      expect(it.lines()).toBe(0);
    }),
    { numRuns: 200 },
  );
});
