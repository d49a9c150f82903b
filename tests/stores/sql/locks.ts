import type { SessionRecord } from "@coatcheck/core";
import { manualClock, seededRandom, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { SqlServer, SqlStore } from "./server.ts";

const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 2, onLimit: "reject" } as const;

export function describeLocks({ open, deadlocks, hold, waiting }: SqlServer): void {
  const clock = manualClock();

  test("two logins that would each evict the other's session wait in line", async () => {
    const { store, peer, table, dispose } = await open(clock);
    const limit = { perUser: 1, onLimit: "evict-oldest" } as const;
    const names = ["a", "b"].sort((a, b) => (testId(a) < testId(b) ? -1 : 1));
    const [first, second] = ["bob", "ann"].map((user, i) =>
      testLogin(clock(), names[i] as string, user),
    ) as [SessionRecord, SessionRecord];
    for (const record of [first, second]) await store.create(record);
    const before = deadlocks();
    const letGo = await hold(table, first.id);
    const becomesAnn = store.update({ ...first, version: 2, userId: "ann" }, 1, limit);
    while ((await waiting(table)) < 1) await pause();
    const becomesBob = peer.update({ ...second, version: 2, userId: "bob" }, 1, limit);
    while ((await waiting(table)) < 2) await pause();
    await letGo();
    expect(await becomesAnn).toEqual({ evicted: [second.id] });
    expect(await becomesBob).toBe("gone");
    expect(deadlocks() - before).toBe(0);
    await dispose();
  });

  test("a user's sessions may be ended while they log in anew", async () => {
    const { store, peer, table, dispose } = await open(clock);
    const records = ["a", "b"].map((name) => testLogin(clock(), name, "ann"));
    const [first, second] = records.sort((a, b) => (a.id < b.id ? -1 : 1)) as [
      SessionRecord,
      SessionRecord,
    ];
    for (const record of records) await store.create(record);
    const before = deadlocks();
    const letGo = await hold(table, first.id);
    const ended = store.destroyByUser("ann");
    while ((await waiting(table)) < 1) await pause();
    const login = peer.update({ ...second, version: 2 }, 1, {
      perUser: 1,
      onLimit: "evict-oldest",
    });
    while ((await waiting(table)) < 2) await pause();
    await letGo();
    expect((await ended).toSorted()).toEqual([first.id, second.id]);
    expect(await login).toBe("gone");
    expect(deadlocks() - before).toBe(0);
    await dispose();
  });

  test("logins, updates and ends of the same sessions neither deadlock nor exceed a limit", async () => {
    const { store, peer, dispose } = await open(clock);
    const [users, ids] = [["ann", "bob", "cy"], Array.from({ length: 12 }, (_, i) => `${i}`)];
    const before = deadlocks();
    const bytes = seededRandom("mix");
    const random = (): number => Buffer.from(bytes(4)).readUInt32LE() / 2 ** 32;
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    let moment = clock();

    /** Sessions move between the users, so that one login evicts what another is about to write. */
    const step = async (by: SqlStore): Promise<void> => {
      const name = pick(ids);
      const limit = random() < 0.8 ? EVICT : REJECT;
      const login = (): Partial<SessionRecord> => ({
        userId: pick(users),
        authenticatedAt: moment++,
      });
      const found = await by.read(testId(name));
      if (!found) return void (await by.create(testRecord(clock(), name, login()), limit));
      const next = { ...found, version: found.version + 1 };
      const dice = random();
      if (dice < 0.7) await by.update({ ...next, ...login() }, found.version, limit);
      else if (dice < 0.8) await by.update({ ...next, expiresAt: clock() }, found.version);
      else if (dice < 0.85) await by.touch(found.id, { ...found, lastSeenAt: moment });
      else if (dice < 0.9) await by.destroyByUser(pick(users), testId(pick(ids)));
      else if (dice < 0.95) await by.sweep();
      else await by.destroy(found.id);
      for (const user of users) {
        expect((await by.listByUser(user)).length).toBeLessThanOrEqual(EVICT.perUser);
      }
    };
    const worker = async (by: SqlStore): Promise<void> => {
      for (let i = 0; i < 120; i += 1) await step(by);
    };
    await Promise.all([store, peer, store, peer, store, peer, store, peer].map(worker));
    expect(deadlocks() - before).toBe(0);
    await dispose();
  }, 60_000);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
