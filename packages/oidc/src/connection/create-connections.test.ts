import {
  memoryStore,
  type SessionRecord,
  type SessionStore,
  SessionStoreError,
} from "@coatcheck/core";
import { keyRing } from "@coatcheck/core/sealed";
import { countingStore, faultStore, testId } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { connectionsBench, HOUR, KEY, OTHER_KEY } from "../testing/connections-bench.ts";
import { sidIndex, subjectIndex } from "./derived-id.ts";

const TOKENS = {
  accessToken: "SECRET-access",
  refreshToken: "SECRET-refresh",
  idToken: "SECRET-id",
};

describe("a connection", () => {
  test("is what it was, until its session is over", async () => {
    const it = connectionsBench();
    const connection = it.connection("one", {}, TOKENS);
    expect(await it.connections.begin(connection)).toBe(true);
    expect(await it.connections.read(connection.sessionId)).toEqual(connection);
    it.clock.advance(12 * HOUR);
    expect(await it.connections.read(connection.sessionId)).toBeUndefined();
  });

  test("G2 nothing of it can be read at rest: neither tokens, nor who it is", async () => {
    const records: SessionRecord[] = [];
    const inner = memoryStore();
    const create = (record: SessionRecord) => {
      records.push(record);
      return inner.create(record);
    };
    const it = connectionsBench({ store: { ...inner, create } });
    await it.begin("one", { subject: "SECRET-ada", sid: "SECRET-sid" }, TOKENS);
    await it.connections.signedOut(
      { issuer: "https://id.example", subject: "SECRET-bob", sid: "SECRET-sid-2" },
      it.clock(),
    );
    await it.connections.once("SECRET-state", it.clock() + HOUR);
    await it.connections.perform("SECRET-jti", it.clock() + HOUR, async () => {});
    expect(records).toHaveLength(6);
    const text = JSON.stringify(records);
    expect(text).not.toContain("SECRET");
    expect(text).not.toContain("id.example");
  });

  test("can be ended, by one of two", async () => {
    const it = connectionsBench();
    const id = await it.begin("one", {}, TOKENS);
    const both = await Promise.all([it.connections.end(id), it.another().end(id)]);
    expect(both.filter((ended) => ended?.tokens.idToken === "SECRET-id")).toHaveLength(1);
    expect(await it.connections.read(id)).toBeUndefined();
    expect(await it.connections.end(id)).toBeUndefined();
    expect(
      await it.connections.signedOut({ issuer: "https://id.example", sid: "sid of one" }, 0),
    ).toEqual([]);
  });

  test("takes the place of an earlier one of its session, in the index too", async () => {
    const it = connectionsBench();
    const id = await it.begin("one", { sid: "first" });
    await it.begin("one", { sid: "second", subject: "bob" });
    const { issuer } = it.connection("one").identity;
    expect(await it.connections.signedOut({ issuer, sid: "first" }, it.clock())).toEqual([]);
    expect(await it.connections.signedOut({ issuer, subject: "ada" }, it.clock())).toEqual([]);
    expect(it.revoked).toEqual([]);
    expect(await it.connections.signedOut({ issuer, sid: "second" }, it.clock())).toEqual([id]);
    expect(await it.connections.read(id)).toBeUndefined();
  });

  test("without a sid of its own ends with any of its user's sessions at the provider", async () => {
    const it = connectionsBench();
    const id = await it.begin("one", { sid: undefined });
    await it.begin("two", { sid: "2" });
    await it.begin("three", { sid: undefined, subject: "bob" });
    const { issuer } = it.connection("one").identity;
    expect(
      await it.connections.signedOut({ issuer, subject: "ada", sid: "1" }, it.clock()),
    ).toEqual([id]);
    expect(it.sessions.size).toBe(2);
  });

  test("can be made longer, and is found until then, by its sid too", async () => {
    const it = connectionsBench();
    const id = await it.begin("one");
    const until = it.clock() + 20 * HOUR;
    await it.connections.extend(id, until);
    await it.connections.extend(id, until - HOUR);
    it.clock.advance(20 * HOUR - 1);
    expect(await it.connections.read(id)).toMatchObject({ expiresAt: until });
    const { issuer } = it.connection("one").identity;
    expect(await it.connections.signedOut({ issuer, sid: "sid of one" }, it.clock())).toEqual([id]);
  });

  test("G6 that has ended is not brought back by that", async () => {
    const it = connectionsBench();
    const id = await it.begin("one");
    const [{ sessionId, identity }] = [it.connection("one")];
    await it.connections.end(id);
    await it.connections.extend(sessionId, it.clock() + 20 * HOUR);
    expect(await it.connections.read(id)).toBeUndefined();
    const index = sidIndex(identity.issuer, "sid of one");
    expect(await it.store.listByUser?.(index)).toEqual([]);
  });

  test("G6 that ends while it is made longer leaves nothing", async () => {
    const inner = memoryStore();
    let ends = async () => {};
    const store: SessionStore = {
      ...inner,
      async update(record, version) {
        await ends();
        return inner.update(record, version);
      },
    };
    const it = connectionsBench({ store });
    const id = await it.begin("one");
    ends = async () => void (await it.connections.end(id));
    await it.connections.extend(id, it.clock() + 20 * HOUR);
    expect(await it.connections.read(id)).toBeUndefined();
    const { issuer } = it.connection("one").identity;
    expect(await inner.listByUser(sidIndex(issuer, "sid of one"))).toEqual([]);
  });

  test("of another issuer is not made longer", async () => {
    const it = connectionsBench();
    const id = await it.begin("one");
    await it.another({ issuer: "https://other.example" }).extend(id, it.clock() + 20 * HOUR);
    expect((await it.connections.read(id))?.expiresAt).toBe(it.clock() + 12 * HOUR);
  });

  test("is not found by an entry that an earlier one of its session has left behind", async () => {
    const it = connectionsBench();
    const { issuer } = it.connection("one").identity;
    await it.begin("one", { sid: "first" });
    const [entry] = (await it.store.listByUser?.(sidIndex(issuer, "first"))) ?? [];
    const id = await it.begin("one", { sid: "second" });
    expect(await it.store.create(entry as SessionRecord)).toBe("ok");
    expect(await it.connections.signedOut({ issuer, sid: "first" }, it.clock())).toEqual([]);
    expect([...it.sessions]).toEqual([id]);
  });

  test("is absent under a key that is not on the ring, and opens under an older one", async () => {
    const it = connectionsBench();
    const id = await it.begin("one", {}, TOKENS);
    expect(await it.another({ keys: OTHER_KEY }).read(id)).toBeUndefined();
    const ring = keyRing({ current: OTHER_KEY, older: KEY });
    expect((await it.another({ keys: ring }).read(id))?.tokens.refreshToken).toBe("SECRET-refresh");
    expect(
      await it
        .another({ keys: OTHER_KEY })
        .signedOut({ issuer: "https://id.example", sid: "sid of one" }, 0),
    ).toEqual([id]);
  });

  test.each([
    ["of another session", testId("two"), undefined],
    ["of another user", testId("one"), { issuer: "https://id.example", subject: "bob" }],
    ["of another issuer", testId("one"), { issuer: "https://other.example", subject: "ada" }],
  ])("G12 is absent in the record %s", async (_, id, identity) => {
    const it = connectionsBench();
    const from = await it.begin("one", {}, TOKENS);
    const record = (await it.store.read(from as SessionRecord["id"])) as SessionRecord;
    const userId = identity ? subjectIndex(identity) : record.userId;
    await it.store.destroy(record.id);
    await it.store.create({ ...record, id, userId });
    expect(await it.connections.read(id)).toBeUndefined();
  });

  test("of a state that nobody wrote is a broken store, not an absent one", async () => {
    const it = connectionsBench();
    const id = (await it.begin("one")) as SessionRecord["id"];
    const record = (await it.store.read(id)) as SessionRecord;
    await it.store.update({ ...record, version: 2, state: '{"v":2}' }, 1);
    await expect(it.connections.read(id)).rejects.toThrow(SessionStoreError);
  });
});

describe("a text", () => {
  test("is new once, over all processes, until its time is over", async () => {
    const it = connectionsBench();
    const until = it.clock() + HOUR;
    const answers = await Promise.all(
      [it.connections, it.another(), it.connections].map((one) => one.once("state", until)),
    );
    expect(answers.filter((first) => first)).toHaveLength(1);
    expect(await it.connections.once("another", until)).toBe(true);
    it.clock.advance(HOUR);
    expect(await it.connections.once("state", until + HOUR)).toBe(true);
  });
});

test("logins that come to nothing fill no store: their texts go before what ties a session", async () => {
  const store = memoryStore({ maxSessions: 10 });
  const it = connectionsBench({ store });
  const id = await it.begin("one");
  for (let i = 0; i < 20; i++) {
    expect(await it.connections.once(`state ${i}`, it.clock() + HOUR)).toBe(true);
  }
  expect(await it.connections.read(id)).toBeDefined();
  await it.begin("two");
});

describe("work", () => {
  test("is done once, however many ask at once", async () => {
    const it = connectionsBench({ pause: () => new Promise((go) => setImmediate(go)) });
    let done = 0;
    const work = async () => {
      await new Promise(setImmediate);
      done++;
    };
    const processes = [it.connections, it.another(), it.another()];
    const asked = [...processes, ...processes, ...processes];
    const answers = await Promise.all(
      asked.map((one) => one.perform("jti", it.clock() + HOUR, work)),
    );
    expect(done).toBe(1);
    expect(answers).toContain(true);
    expect(await it.connections.perform("jti", it.clock() + HOUR, work)).toBe(false);
    expect(done).toBe(1);
  });

  test("that failed is done by the next who asks", async () => {
    const it = connectionsBench();
    const until = it.clock() + HOUR;
    const failing = it.connections.perform("jti", until, async () => {
      throw new Error("no store");
    });
    await expect(failing).rejects.toThrow("no store");
    let done = 0;
    const work = async () => void done++;
    expect(await it.another().perform("jti", until, work)).toBe(true);
    expect(done).toBe(1);
  });

  test("of a process that was killed is done when its claim is over", async () => {
    const it = connectionsBench({ pause: async () => void it.clock.advance(5_000) });
    const until = it.clock() + HOUR;
    void it.connections.perform("jti", until, () => new Promise(() => {}));
    await new Promise(setImmediate);
    const began = it.clock();
    expect(await it.another().perform("jti", until, async () => {})).toBe(true);
    expect(it.clock() - began).toBe(20_000);
  });
});

describe("the store", () => {
  test("must list by user", () => {
    const { listByUser: _, ...store } = memoryStore();
    expect(() => connectionsBench({ store: store as never })).toThrow(
      /store must be a session store/,
    );
  });

  test("that fails is an error with its event, and no answer", async () => {
    const store = faultStore(memoryStore(), [{ kind: "fail" }]);
    const heard: string[] = [];
    const events = {
      emit: (_: string, { operation }: { operation: string }) => void heard.push(operation),
    };
    const it = connectionsBench({ store, events });
    const who = { issuer: "https://id.example", sid: "1" };
    await expect(it.connections.begin(it.connection("one"))).rejects.toThrow(SessionStoreError);
    await expect(it.connections.signedOut(who, 0)).rejects.toThrow(SessionStoreError);
    await expect(it.connections.read(testId("one"))).rejects.toThrow(SessionStoreError);
    await expect(it.connections.once("it", it.clock() + HOUR)).rejects.toThrow(SessionStoreError);
    expect(heard.length).toBeGreaterThan(3);
  });

  test("is read once for a connection, and written nothing", async () => {
    const store = countingStore(memoryStore());
    const it = connectionsBench({ store });
    const id = await it.begin("one");
    store.reset();
    await it.connections.read(id);
    expect(store.log).toEqual([{ method: "read", id }]);
  });
});
