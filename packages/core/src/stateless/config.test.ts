import { describe, expect, test } from "vitest";
import { SessionConfigError } from "../errors.ts";
import { sealed } from "../sealed/storage.ts";
import { A } from "../sealed/testing/sealing.ts";
import { createSessions } from "../session/manager.ts";
import type { SessionsOptions } from "../session/options.ts";
import { memoryStore } from "../store/memory.ts";
import { methodsOf, type SyncStore } from "../testing/bench.ts";
import { failureOf, rejectionOf } from "../testing/failure.ts";
import { sealedBench } from "./testing/sealed-bench.ts";

const store = memoryStore();
const { listByUser, destroyByUser, ...unlisted } = methodsOf(store as SyncStore);

const WRONG: [option: string, storage: unknown, options?: SessionsOptions<object>][] = [
  ["storage.keys", { revocation: store }],
  ["storage.keys", { keys: "correct horse battery staple", revocation: store }],
  ["storage.revocation", { keys: A }],
  ["storage.revocation", { keys: A, revocation: undefined }],
  ["storage.revocation", { keys: A, revocation: null }],
  ["storage.revocation", { keys: A, revocation: "None" }],
  ["storage.revocation.store", { keys: A, revocation: { store: undefined } }],
  ["storage.revocation.stale", { keys: A, revocation: { store, stale: "5s" } }],
  ["storage.revocation.staleness", { keys: A, revocation: { store, staleness: 5 } }],
  ["storage.revocation.staleness", { keys: A, revocation: { store, staleness: "301s" } }],
  ["storage.revocation.store", { keys: A, revocation: {} }],
  ["storage", { keys: A, revocation: { store: { read: () => undefined } } }],
  ["storage.chunks", { keys: A, revocation: store, chunks: 0 }],
  ["storage.chunks", { keys: A, revocation: store, chunks: 1.5 }],
  ["storage.chunks", { keys: A, revocation: store, chunks: 5 }],
  [
    "storage.chunks",
    { keys: A, revocation: store, chunks: 3 },
    { cookie: { name: "__Host-id", partitioned: true } },
  ],
  ["storage.revoke", { keys: A, revoke: store }],
  ["padTo", { keys: A, revocation: store, padTo: 0 }],
  ["padTo", { keys: A, revocation: store, padTo: 4_000 }],
  ["limits.perUser", { keys: A, revocation: "none" }, { limits: { perUser: 1 } }],
  ["limits.perUser", { keys: A, revocation: unlisted }, { limits: { perUser: 1 } }],
];

describe("G16 what cannot work does not construct", () => {
  test.each(WRONG)("G16 %s: %j %j", (option, storage, options) => {
    const error = failureOf(SessionConfigError, () =>
      createSessions({ ...options, storage: sealed(storage as never) }),
    );
    expect(error.option).toBe(option);
    expect(error.message.startsWith(option)).toBe(true);
    expect(error.message).not.toContain("horse");
  });

  test("ASVS 7.4.1, G16 sessions in their tokens say how they end before their time", () => {
    const error = failureOf(SessionConfigError, () =>
      createSessions({ storage: sealed({ keys: A } as never) }),
    );
    expect(error.option).toBe("storage.revocation");
    expect(error.message).toMatch(/"none"/);
  });

  test("G16 what only just works does", () => {
    const partitioned = { cookie: { name: "__Host-id", partitioned: true } } as const;
    const right: [object, SessionsOptions<object>?][] = [
      [{ keys: A, revocation: store, chunks: 2 }, partitioned],
      [{ keys: A, revocation: store, chunks: 4 }],
      [{ keys: A, revocation: { store, staleness: "5m" } }],
      [{ keys: A, revocation: { store } }],
      [{ keys: A, revocation: unlisted }],
      [{ keys: A, revocation: "none" }],
    ];
    for (const [storage, options] of right) {
      createSessions({ ...options, storage: sealed(storage as never) });
    }
  });
});

describe('revocation "none"', () => {
  test("says once, when there is somebody to hear it, what is given up", async () => {
    const it = sealedBench({ remembers: false });
    expect(it.eventsOf("warning")).toEqual([]);
    await Promise.resolve();
    expect(it.eventsOf("warning")).toEqual([
      { code: "no-revocation", message: expect.stringContaining("stays good until it expires") },
    ]);
    await it.browser().visit((session) => session.login("ada"));
    expect(it.eventsOf("warning")).toHaveLength(1);
  });

  test("with a store there is nothing to say", async () => {
    const it = sealedBench();
    await Promise.resolve();
    expect(it.eventsOf("warning")).toEqual([]);
  });

  test("refuses to promise what it cannot do", async () => {
    const { sessions } = sealedBench({ remembers: false });
    const browser = sealedBench({ remembers: false }).browser();
    const { id } = await browser.open();
    const refused = [
      () => sessions.revoke(id),
      () => sessions.revokeUser("ada"),
      () => sessions.list("ada"),
    ];
    for (const work of refused) await rejectionOf(SessionConfigError, work);
  });

  test("a copied token outlives logout, login and rotation, which is what is given up", async () => {
    const it = sealedBench({ remembers: false });
    const browser = it.browser();
    await browser.visit((session) => session.login("ada"));
    const copies = [browser.copy()];
    await browser.visit((session) => session.rotate());
    copies.push(browser.copy());
    await browser.visit((session) => session.destroy());
    expect(browser.token).toBeUndefined();
    for (const copy of copies) expect((await copy.open()).userId).toBe("ada");
    expect(it.calls).toEqual([]);
  });
});

test("without a limit nobody's sessions are listed, and the error says what to do", async () => {
  const { sessions } = sealedBench();
  const error = await rejectionOf(SessionConfigError, () => sessions.list("ada"));
  expect(error.message).toContain("limits.perUser");
});
