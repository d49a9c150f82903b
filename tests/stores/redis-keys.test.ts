import type { SessionId, SessionRecord, SessionStore } from "@coatcheck/core";
import { type RedisClientLike, redisStore } from "@coatcheck/store-redis";
import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { createClient } from "redis";
import { afterAll, expect, test } from "vitest";
import { ioredis, redis, removeKeys, uniquePrefix } from "../services/redis.ts";
import { describeWith } from "../services/services.ts";

const LIMIT = { perUser: 2, onLimit: "evict-oldest" } as const;

describeWith(redis, "redisStore's keys", () => {
  const raw = createClient({ url: redis.url });
  const prefixes: string[] = [];
  afterAll(async () => {
    for (const prefix of prefixes) await removeKeys(prefix);
    raw.close();
  });

  /** A store on keys of its own, and the commands that it has sent. */
  async function fresh(clock = manualClock()) {
    if (!raw.isOpen) await raw.on("error", () => {}).connect();
    const sent: string[] = [];
    const client: RedisClientLike = {
      sendCommand: (args: string[]) => {
        sent.push(args[0] as string);
        return raw.sendCommand(args);
      },
    };
    const prefix = uniquePrefix();
    prefixes.push(prefix);
    const store = redisStore({ client, prefix, clock });
    const key = (id: SessionId) => `${prefix}s:${id}`;
    return { store, clock, prefix, key, sent };
  }

  test("a record's key goes a minute after the record has expired, by the server's own clock", async () => {
    const { store, clock, key } = await fresh();
    const record = testRecord(clock(), "a");
    await store.create(record);
    const kept = async () => (await raw.pExpireTime(key(record.id))) - 60_000;
    expect(await kept()).toBe(record.expiresAt);
    const times = { lastSeenAt: clock() + 5, expiresAt: record.expiresAt + 5 };
    await store.touch(record.id, times);
    expect(await kept()).toBe(times.expiresAt);
    await store.update({ ...record, version: 2 }, 1);
    expect(await kept()).toBe(record.expiresAt);
  });

  test.each(["touched", "written"])(
    "a user's index outlives the longest session by one or two days, however often it is %s",
    async (how) => {
      const { store, clock, prefix } = await fresh();
      const day = 86_400_000;
      let record = testLogin(clock(), "a", "ann");
      await store.create(record);
      for (let days = 0; days < 4; days += 0.25) {
        const lastSeenAt = clock.advance(day / 4);
        clock.set(lastSeenAt - day / 4);
        const times = { lastSeenAt, expiresAt: lastSeenAt + day };
        const { version } = record;
        record = { ...record, ...times, version: version + 1 };
        if (how === "touched") await store.touch(record.id, times);
        else expect(await store.update(record, version)).toBe("ok");
        clock.set(lastSeenAt);
        const kept = (await raw.pExpireTime(`${prefix}u:ann`)) - (lastSeenAt + day);
        expect(kept).toBeGreaterThan(day - 1);
        expect(kept).toBeLessThanOrEqual(2 * day);
      }
    },
  );

  test.each<[string, Partial<SessionRecord>]>([
    ["its data", { data: '{"a":22}' }],
    ["its state", { state: "another" }],
    ["its state, as long as before", { state: "ETATS" }],
    ["its user", { userId: "bob" }],
    ["its user, who is nobody now", { userId: null, authenticatedAt: null }],
    ["its login", { authenticatedAt: 7 }],
    ["its end", { expiresAt: 4_000_000_000_000 }],
  ])(
    "an update of %s is written and listed, and refused where it comes too late",
    async (_, change) => {
      const { store, clock } = await fresh();
      const before = testLogin(clock(), "a", "zoë", { state: "state" });
      await store.create(before);
      const after = { ...before, version: before.version + 1, ...change };
      expect(await store.update(after, before.version + 1)).toBe("stale");
      expect(await store.update(after, before.version)).toBe("ok");
      expect(await store.read(before.id)).toEqual(after);
      for (const user of ["zoë", "bob"]) {
        expect(await store.listByUser?.(user)).toEqual(user === after.userId ? [after] : []);
      }
      clock.set(after.expiresAt);
      expect(await store.update({ ...after, version: after.version + 1 }, after.version)).toBe(
        "gone",
      );
    },
  );

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("no session is at version %d", async (version) => {
    const { store, clock } = await fresh();
    const record = testLogin(clock(), "a", "ann");
    expect(await store.update(record, version)).toBe("gone");
    await store.create(record);
    expect(await store.update(record, version)).toBe("stale");
  });

  test("nothing of a session is left when it was destroyed", async () => {
    const { store, clock, prefix } = await fresh();
    await store.create(testLogin(clock(), "a", "ann"));
    await store.destroy(testId("a"));
    expect(await raw.keys(`${prefix}*`)).toEqual([]);
  });

  test("entries of expired sessions do not pile up in a user's index", async () => {
    const { store, clock, prefix } = await fresh();
    for (let i = 0; i < 300; i += 1) {
      await store.create(testLogin(clock(), `${i}`, "ann", { expiresAt: clock() + 10 }));
      clock.advance(10);
    }
    expect(await raw.zCard(`${prefix}u:ann`)).toBeLessThan(30);
    await removeKeys(`${prefix}s:`);
    await store.listByUser("ann");
    expect(await raw.zCard(`${prefix}u:ann`)).toBe(0);
  });

  test("a touch writes the times alone, however large the data", async () => {
    const { store, clock, key } = await fresh();
    const record = testRecord(clock(), "a", { data: "x".repeat(1_000_000) });
    await store.create(record);
    const before = await raw.get(key(record.id));
    await store.touch(record.id, { lastSeenAt: clock() + 1, expiresAt: record.expiresAt + 1 });
    const after = await raw.get(key(record.id));
    expect(after?.slice(34)).toBe(before?.slice(34));
    expect(after?.slice(0, 34)).not.toBe(before?.slice(0, 34));
  });

  test("each call is one command, whatever the size of the data", async () => {
    for (const data of ["{}", JSON.stringify({ text: "x".repeat(500_000) })]) {
      const { store, clock, sent } = await fresh();
      const a = testLogin(clock(), "a", "ann", { data });
      await store.create(a); // The scripts are known to the server from here on.
      await store.update({ ...a, version: 2 }, 1);
      await store.touch(a.id, a);
      await store.destroy(a.id);
      await store.destroyByUser("ann");
      const commands = async (work: () => unknown): Promise<string> => {
        sent.length = 0;
        await work();
        return sent.join(" ");
      };
      const b = testRecord(clock(), "b", { data });
      const login: SessionRecord = { ...b, version: 3, userId: "ann", authenticatedAt: clock() };
      const times = { lastSeenAt: clock() + 1, expiresAt: b.expiresAt + 1 };
      expect(await commands(() => store.create(b))).toBe("EVALSHA");
      expect(await commands(() => store.read(b.id))).toBe("GET");
      expect(await commands(() => store.update({ ...b, version: 2 }, 1))).toBe("EVALSHA");
      expect(await commands(() => store.update({ ...b, version: 2 }, 1))).toBe("EVALSHA");
      expect(await commands(() => store.update(login, 2, LIMIT))).toBe("EVALSHA");
      for (const name of ["c", "d"]) {
        clock.advance(1);
        const next = testLogin(clock(), name, "ann", { data });
        expect(await commands(() => store.create(next, LIMIT))).toBe("EVALSHA");
      }
      expect(await commands(() => store.touch(testId("d"), times))).toBe("EVALSHA");
      expect(await commands(() => store.listByUser("ann"))).toBe("EVALSHA");
      expect(await commands(() => store.destroy(testId("d")))).toBe("EVALSHA");
      expect(await commands(() => store.destroyByUser("ann"))).toBe("EVALSHA");
    }
  });

  test("a server that has forgotten the scripts is told them again", async () => {
    const { store, clock, sent } = await fresh();
    await store.create(testRecord(clock(), "a"));
    await raw.scriptFlush();
    sent.length = 0;
    expect(await store.touch(testId("a"), testRecord(clock(), "a"))).toBe("ok");
    expect(sent).toEqual(["EVALSHA", "EVAL"]);
  });

  test("a prefix of the client is put before all of them", async () => {
    const { prefix, clock } = await fresh();
    const { client, close } = await ioredis(prefix);
    const store: SessionStore = redisStore({ client, prefix: "shop:", clock });
    await store.create(testLogin(clock(), "a", "ann"));
    await store.create(testLogin(clock() + 1, "b", "ann"));
    await store.create(testLogin(clock() + 2, "c", "ann"), LIMIT);
    expect(await store.listByUser?.("ann")).toHaveLength(2);
    expect(await store.destroyByUser?.("ann", testId("c"))).toEqual([testId("b")]);
    expect((await raw.keys(`${prefix}*`)).sort()).toEqual([
      `${prefix}shop:s:${testId("c")}`,
      `${prefix}shop:u:ann`,
    ]);
    await close();
  });

  test("a key that holds something else is an error, and stays as it is", async () => {
    const { store, clock, key } = await fresh();
    await raw.set(key(testId("a")), "somebody else's", { PX: 60_000 });
    await expect(store.read(testId("a"))).rejects.toThrow("holds something else");
    await expect(store.update(testRecord(clock(), "a"), 1)).rejects.toThrow();
    await expect(store.destroy(testId("a"))).rejects.toThrow();
    expect(await raw.get(key(testId("a")))).toBe("somebody else's");
  });
});
