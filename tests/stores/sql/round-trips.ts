import { manualClock, testId, testLogin, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import type { SqlServer } from "./server.ts";

const EVICT = { perUser: 2, onLimit: "evict-oldest" } as const;
const REJECT = { perUser: 2, onLimit: "reject" } as const;

export function describeTrips(server: SqlServer): void {
  test.each([10, 3_000_000])("are one a call, with %i bytes of data", async (size) => {
    const clock = manualClock();
    const table = server.uniqueName();
    const { store, trips } = server.counting(clock, table);
    await store.setup();
    const made = async (call: () => unknown): Promise<number> => {
      const before = trips();
      await call();
      return trips() - before;
    };
    const data = "x".repeat(size);
    const a = testRecord(clock(), "a", { data });
    const b = testLogin(clock(), "b", "ann", { data });
    const counts: Record<string, number> = {};
    const count = async (name: string, call: () => unknown): Promise<void> => {
      counts[name] = await made(call);
    };
    await count("create", () => store.create(a));
    await count("create with a limit", () => store.create(b, EVICT));
    await count("read", () => store.read(a.id));
    await count("read of nothing", () => store.read(testId("nothing")));
    await count("touch", () => store.touch(a.id, { ...a, lastSeenAt: clock() + 1 }));
    await count("touch of nothing", () => store.touch(testId("nothing"), a));
    await count("update", () => store.update({ ...a, version: 2 }, 1));
    const login = { ...a, version: 3, userId: "ann", authenticatedAt: clock() };
    await count("update with a limit", () => store.update(login, 2, { ...EVICT, perUser: 1 }));
    await count("refused by the limit", () => store.create(b, { ...REJECT, perUser: 1 }));
    await count("listByUser", () => store.listByUser("ann"));
    await count("destroyByUser", () => store.destroyByUser("ann"));
    await store.create(a);
    await count("destroy", () => store.destroy(a.id));
    await count("sweep", () => store.sweep());
    expect(Object.entries(counts).filter(([, trips]) => trips !== 1)).toEqual([]);

    await store.create(a);
    expect(await made(() => store.create(a))).toBe(server.losing.exists);
    expect(await made(() => store.update({ ...a, version: 9 }, 8))).toBe(server.losing.stale);
    expect(await made(() => store.update(b, 1))).toBe(server.losing.gone);
    await server.drop(table);
  });
}
