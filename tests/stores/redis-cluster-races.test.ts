import type {
  CreateOutcome,
  SessionLimit,
  SessionRecord,
  SessionStore,
  UpdateOutcome,
} from "@coatcheck/core";
import type { NodeRedisClusterLike } from "@coatcheck/store-redis";
import { testId, testLogin, testRecord } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { uniquePrefix } from "../services/redis.ts";
import { redisCluster } from "../services/redis-cluster.ts";
import { requireInCI } from "../services/services.ts";
import { type Process, startProcess } from "./redis/process.ts";

const { missing, nodeRedis } = await redisCluster();
const cluster = nodeRedis[0] as NodeRedisClusterLike;
if (missing !== undefined) requireInCI(missing);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// The server's own clock has a part in this, and cannot be set.
const NOW = Date.now();
const NAMES = ["a", "b", "c", "d", "s"];

const evict = (perUser: number): SessionLimit => ({ perUser, onLimit: "evict-oldest" });
const reject = (perUser: number): SessionLimit => ({ perUser, onLimit: "reject" });

/** A session that logged in so many milliseconds after the beginning. */
function login(name: string, after: number, fields: Partial<SessionRecord> = {}): SessionRecord {
  return testLogin(NOW + after, name, "ann", { expiresAt: NOW + HOUR, ...fields });
}

function anonymous(name: string, fields: Partial<SessionRecord> = {}): SessionRecord {
  return testRecord(NOW, name, { expiresAt: NOW + HOUR, ...fields });
}

/** A second login of a session, or the first of an anonymous one. */
function anew(name: string, after: number): SessionRecord {
  return login(name, after, { version: 2 });
}

/** Processes on one prefix of their own; `other` is one that nothing holds up. */
function start() {
  const prefix = uniquePrefix();
  const index = `${prefix}u:ann`;
  return {
    process: (skew = 0): Process => startProcess(cluster, prefix, NOW + skew),
    other: startProcess(cluster, prefix, NOW).store,
    /** A command on the index of ann. */
    index: (command: string, ...args: string[]) =>
      cluster.sendCommand(index, false, [command, index, ...args]),
  };
}

async function listed(store: SessionStore): Promise<string[]> {
  const records = (await store.listByUser?.("ann")) ?? [];
  return records.map(({ id }) => nameOf(id)).sort();
}

async function alive(store: SessionStore): Promise<string[]> {
  const records = await Promise.all(NAMES.map((name) => store.read(testId(name))));
  return NAMES.filter((_, i) => records[i] !== undefined);
}

function evicted(outcome: CreateOutcome | UpdateOutcome): string[] | string {
  return typeof outcome === "string" ? outcome : outcome.evicted.map(nameOf);
}

function nameOf(id: string): string {
  return NAMES.find((name) => testId(name) === id) ?? id;
}

describe.skipIf(missing !== undefined)("redisStore on a Cluster, between two steps", () => {
  describe("of a login where a limit rejects", () => {
    test("G9: two logins of one session in one millisecond keep the place that they share", async () => {
      const { process, other } = start();
      await other.create(anonymous("s"));
      const [slow, fast] = [process(), process()];
      const save = slow.hold("SAVE");
      const stale = slow.store.update(anew("s", 5), 1, reject(1));
      await save.reached;
      // Until then it is only a place, which looks the same whoever took it.
      const enter = fast.hold("ENTER");
      expect(await fast.store.update(anew("s", 5), 1, reject(1))).toBe("ok");
      save.release();
      expect(await stale).toBe("stale");
      expect(await listed(other)).toEqual(["s"]);
      enter.release();
      expect(await other.create(login("b", 6), reject(1))).toBe("full");
      expect(await other.destroyByUser("ann")).toEqual([testId("s")]);
    });

    test("G9: a refused login gives its place back", async () => {
      const { other } = start();
      await other.create(anonymous("s"));
      expect(await other.update(anew("s", 5), 7, reject(1))).toBe("stale");
      expect(await other.create(login("b", 6), reject(1))).toBe("ok");
    });

    test("G9: a place is not taken away by a look at it, however far the clocks are apart", async () => {
      const { process, other } = start();
      const behind = process(-40_000);
      const save = behind.hold("SAVE");
      const outcome = behind.store.create(login("a", -40_000), reject(1));
      await save.reached;
      expect(await listed(other)).toEqual([]);
      expect(await other.create(login("b", 0), reject(1))).toBe("full");
      save.release();
      expect(await outcome).toBe("ok");
      expect(await listed(other)).toEqual(["a"]);
      expect(await other.create(login("b", 1), reject(1))).toBe("full");
    });

    test("G9: a look that stalls takes out nothing that was written meanwhile", async () => {
      const { process, other } = start();
      const [writer, lister] = [process(), process()];
      const save = writer.hold("SAVE");
      writer.hold("ENTER");
      const look = lister.hold("GET", "after");
      const outcome = writer.store.create(login("a", 0), reject(1));
      await save.reached;
      const list = lister.store.listByUser("ann");
      await look.reached;
      save.release();
      expect(await outcome).toBe("ok");
      lister.clock.advance(31_000);
      look.release();
      await list;
      expect(await listed(other)).toEqual(["a"]);
      expect(await other.create(login("b", 1), reject(1))).toBe("full");
    });

    test("G9: a login whose session ends before it is written gives its place back", async () => {
      const { process, other } = start();
      await other.create(anonymous("s"));
      const slow = process();
      const save = slow.hold("SAVE");
      const outcome = slow.store.update(anew("s", 0), 1, reject(1));
      await save.reached;
      await other.destroy(testId("s"));
      save.release();
      expect(await outcome).toBe("gone");
      expect(await other.create(login("b", 1), reject(1))).toBe("ok");
    });

    test("G9: a place that was taken for nothing is free after half a minute", async () => {
      const { process, other, index } = start();
      const dying = process();
      const save = dying.hold("SAVE");
      void dying.store.create(login("a", 0), reject(1));
      await save.reached;
      expect(await other.create(login("b", 1), reject(1))).toBe("full");
      await index("ZINCRBY", "-30001", testId("a"));
      expect(await other.create(login("b", 1), reject(1))).toBe("ok");
      expect(await listed(other)).toEqual(["b"]);
    });

    test("G9: a login that is tried again has its place for another half a minute", async () => {
      const { process, other, index } = start();
      await other.create(anonymous("s"));
      const slow = process();
      const failing = slow.hold("SAVE");
      const first = slow.store.update(anew("s", 0), 1, reject(1));
      await failing.reached;
      failing.lose();
      await expect(first).rejects.toThrow("lost");
      await index("ZINCRBY", "-30001", testId("s"));
      const save = slow.hold("SAVE");
      const enter = slow.hold("ENTER");
      const second = slow.store.update(anew("s", 5), 1, reject(1));
      await save.reached;
      await listed(other);
      const outcome = await other.create(login("b", 6), reject(1));
      save.release();
      await enter.reached;
      expect([await second, outcome]).toEqual(["ok", "full"]);
      enter.release();
    });

    test("G9: a logout gives the place back, even if the login was not entered to its end", async () => {
      const { process, other } = start();
      const dying = process();
      const enter = dying.hold("ENTER");
      expect(await dying.store.create(login("a", 0), reject(1))).toBe("ok");
      await enter.reached;
      expect(await other.destroy(testId("a"))).toBe(true);
      expect(await other.create(login("b", 1), reject(1))).toBe("ok");
    });

    test("G9: 8,100 logins under way are too many, and no error", async () => {
      const { other, index } = start();
      const many = Array.from({ length: 8_100 }, (_, i) => testId(`x${i}`));
      await index("ZADD", ...many.flatMap((id) => [`${Date.now()}.5`, id]));
      expect(await other.create(login("a", 0), reject(5))).toBe("full");
      expect(await other.read(testId("a"))).toBeUndefined();
    });

    test("G9: 8,100 entries that lead nowhere do not count, and go", async () => {
      const { other, index } = start();
      const many = Array.from({ length: 8_100 }, (_, i) => testId(`x${i}`));
      await index("ZADD", ...many.flatMap((id) => [String(NOW), id]));
      expect(await other.create(login("a", 0), reject(5))).toBe("ok");
      expect(await index("ZCARD")).toBe(1);
    });
  });

  describe("of a login that evicts", () => {
    /** The sessions a and b, where there may be two. */
    async function two() {
      const world = start();
      await world.other.create(login("a", 0), evict(2));
      await world.other.create(login("b", 1), evict(2));
      return world;
    }

    test("G9: a session that has logged in anew when it is to be ended stays, and the limit holds", async () => {
      const { process, other } = await two();
      const slow = process();
      const destroy = slow.hold("DESTROY_OF_USER");
      const third = slow.store.create(login("c", 2), evict(2));
      await destroy.reached;
      expect(evicted(await other.update(anew("a", 10), 1, evict(2)))).toEqual(["b"]);
      destroy.release();
      expect(evicted(await third)).toBe("ok");
      expect(await listed(other)).toEqual(["a", "c"]);
      expect(await alive(other)).toEqual(["a", "c"]);
    });

    test("G9: a session that is just logging in anew when it is found too old stays, and the limit holds", async () => {
      const { process, other } = await two();
      const [evicting, returning] = [process(), process()];
      const entered = evicting.hold("ENTER", "after");
      const third = evicting.store.create(login("c", 2), evict(2));
      await entered.reached;
      const enter = returning.hold("ENTER");
      const second = returning.store.update(anew("a", 10), 1, evict(2));
      await enter.reached;
      entered.release();
      await third;
      enter.release();
      await second;
      expect(await alive(other)).toEqual(["a", "c"]);
      expect(await listed(other)).toEqual(["a", "c"]);
    });

    test("G9: a visit on another day does not bring back a session that is leaving", async () => {
      const { process, other } = await two();
      const slow = process();
      const settle = slow.hold("SETTLE");
      const third = slow.store.create(login("c", 2), evict(2));
      await settle.reached;
      const times = { lastSeenAt: NOW + 3, expiresAt: NOW + 2 * DAY };
      expect(await other.touch(testId("a"), times)).toBe("ok");
      expect(await listed(other)).toEqual(["b", "c"]);
      settle.release();
      expect(evicted(await third)).toEqual(["a"]);
      expect(await alive(other)).toEqual(["b", "c"]);
    });

    test("G9: nor does a write without a limit", async () => {
      const { process, other } = await two();
      const slow = process();
      const settle = slow.hold("SETTLE");
      const third = slow.store.create(login("c", 2), evict(2));
      await settle.reached;
      const later = login("a", 0, { version: 2, expiresAt: NOW + 2 * DAY });
      expect(await other.update(later, 1)).toBe("ok");
      expect(await listed(other)).toEqual(["b", "c"]);
      settle.release();
      expect(evicted(await third)).toEqual(["a"]);
      expect(await alive(other)).toEqual(["b", "c"]);
    });

    test("G9: a visit that began before a login does not make the session old again", async () => {
      const { process, other } = await two();
      const slow = process();
      const enter = slow.hold("ENTER");
      const times = { lastSeenAt: NOW + 3, expiresAt: NOW + 2 * DAY };
      const visit = slow.store.touch(testId("a"), times);
      await enter.reached;
      await other.update(anew("a", 10), 1, evict(2));
      enter.release();
      expect(await visit).toBe("ok");
      expect(evicted(await other.create(login("c", 20), evict(2)))).toEqual(["b"]);
    });

    test("G9: a visit that began before a login does not bring that back when it is leaving", async () => {
      const { process, other } = await two();
      const [slow, evicting] = [process(), process()];
      const enter = slow.hold("ENTER");
      const times = { lastSeenAt: NOW + 3, expiresAt: NOW + 2 * DAY };
      const visit = slow.store.touch(testId("a"), times);
      await enter.reached;
      await other.update(anew("a", 10), 1, evict(2));
      await other.update(anew("b", 11), 1, evict(2));
      const settle = evicting.hold("SETTLE");
      const third = evicting.store.create(login("c", 12), evict(2));
      await settle.reached;
      enter.release();
      await visit;
      settle.release();
      expect(evicted(await third)).toEqual(["a"]);
      expect(await alive(other)).toEqual(["b", "c"]);
    });

    for (const [step, when] of [
      ["SETTLE", "before"],
      ["SETTLE", "after"],
      ["DESTROY_OF_USER", "after"],
    ] as const) {
      test(`G9: what a process left that died ${when} ${step} is completed by the next login`, async () => {
        const { process, other } = await two();
        const dying = process();
        const death = dying.hold(step, when);
        void dying.store.create(login("c", 2), evict(2));
        await death.reached;
        expect(await listed(other)).toEqual(["b", "c"]);
        expect(await other.destroy(testId("c"))).toBe(true);
        await other.create(login("d", 4), evict(2));
        expect(await listed(other)).toEqual(["b", "d"]);
        expect(await alive(other)).toEqual(["b", "d"]);
      });
    }

    test("G6: a session that is leaving ends with all of its user's", async () => {
      const { process, other } = await two();
      const dying = process();
      const settle = dying.hold("SETTLE");
      void dying.store.create(login("c", 2), evict(2));
      await settle.reached;
      expect(await other.destroyByUser("ann")).toHaveLength(3);
      expect(await alive(other)).toEqual([]);
    });

    test("G9: a logout during the login leaves nothing that costs another session its place", async () => {
      const { process, other } = start();
      await other.create(login("a", 0), evict(2));
      const slow = process();
      const enter = slow.hold("ENTER");
      const outcome = slow.store.create(login("s", 1), evict(2));
      await enter.reached;
      expect(await other.destroy(testId("s"))).toBe(true);
      enter.release();
      await outcome;
      expect(await other.create(login("b", 2), evict(2))).toBe("ok");
      expect(await listed(other)).toEqual(["a", "b"]);
      expect(await alive(other)).toEqual(["a", "b"]);
    });
  });

  describe("of a write and its entry in the index", () => {
    const times = { lastSeenAt: NOW + 1, expiresAt: NOW + HOUR };
    const returns: Record<string, (store: SessionStore) => unknown> = {
      update: (store) => store.update(login("a", 0, { version: 3 }), 2),
      touch: (store) => store.touch(testId("a"), times),
    };

    for (const [name, comeBack] of Object.entries(returns)) {
      test(`G6: the ${name} after a process died in between enters the session`, async () => {
        const { process, other } = start();
        const dying = process();
        await other.create(anonymous("a"));
        const enter = dying.hold("ENTER");
        void dying.store.update(anew("a", 0), 1);
        await enter.reached;
        expect(await comeBack(other)).toBe("ok");
        expect(await listed(other)).toEqual(["a"]);
        expect(await other.destroyByUser("ann")).toEqual([testId("a")]);
      });

      test(`G6: the ${name} after a reply was lost in between enters the session`, async () => {
        const { process, other } = start();
        const { store, hold } = process();
        await other.create(anonymous("a"));
        const save = hold("SAVE", "after");
        const lost = store.update(anew("a", 0), 1);
        await save.reached;
        save.lose();
        await expect(lost).rejects.toThrow("lost");
        expect(await comeBack(store)).toBe("ok");
        expect(await listed(other)).toEqual(["a"]);
        expect(await other.destroyByUser("ann")).toEqual([testId("a")]);
      });
    }

    test("G6: the update after the reply to a create was lost enters the session", async () => {
      const { process, other } = start();
      const { store, hold } = process();
      const save = hold("SAVE", "after");
      const lost = store.create(login("a", 0));
      await save.reached;
      save.lose();
      await expect(lost).rejects.toThrow("lost");
      expect(await store.update(anew("a", 0), 1)).toBe("ok");
      expect(await listed(other)).toEqual(["a"]);
    });

    test("G6: a session that was logged in at the beginning of time is entered", async () => {
      const { other } = start();
      await other.create(login("a", 0, { authenticatedAt: 0 }));
      expect(await other.destroyByUser("ann")).toEqual([testId("a")]);
    });

    for (const after of [7, 0]) {
      test(`G6: a session that changes its user to nobody and, ${after} ms on, back is entered`, async () => {
        const { process, other } = start();
        await other.create(login("a", 0));
        const slow = process();
        const prune = slow.hold("PRUNE");
        const out = slow.store.update(anonymous("a", { version: 2 }), 1);
        await prune.reached;
        expect(await other.update(login("a", after, { version: 3 }), 2)).toBe("ok");
        prune.release();
        expect(await out).toBe("ok");
        expect(await listed(other)).toEqual(["a"]);
        expect(await other.destroyByUser("ann")).toEqual([testId("a")]);
      });
    }
  });

  describe("of clocks that are apart", () => {
    test("G6: a session that others keep alive stays listed when one looks whose clock is ahead", async () => {
      const { process, other } = start();
      await other.create(login("a", 0, { expiresAt: NOW + 4_000 }));
      expect(await listed(process(5_000).store)).toEqual([]);
      const times = { lastSeenAt: NOW + 5, expiresAt: NOW + HOUR };
      expect(await other.touch(testId("a"), times)).toBe("ok");
      expect(await listed(other)).toEqual(["a"]);
      expect(await other.destroyByUser("ann")).toEqual([testId("a")]);
    });

    test("G9: a process 30 s behind the server loses nothing of what lives by its own clock", async () => {
      const { process } = start();
      const { store } = process(-30_000);
      const short = login("a", -30_000, { expiresAt: NOW - 29_000 });
      expect(await store.create(short, evict(1))).toBe("ok");
      expect(await store.read(short.id)).toEqual(short);
      expect(await store.touch(short.id, { ...short, lastSeenAt: NOW - 29_999 })).toBe("ok");
      expect(await listed(store)).toEqual(["a"]);
      const next = login("b", -29_998, { expiresAt: NOW - 29_000 });
      expect(evicted(await store.create(next, evict(1)))).toEqual(["a"]);
    });
  });
});
