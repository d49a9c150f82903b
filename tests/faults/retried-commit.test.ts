import { createSessions, memoryStore, type SessionStore, SessionStoreError } from "@coatcheck/core";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { faultStore } from "@coatcheck/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeWith } from "../services/services.ts";
import { open } from "./open.ts";
import { type Reach, redisReaches, sqlReaches } from "./places.ts";

interface Data {
  count: number;
}

type Open = () => SessionStore | Promise<SessionStore>;

describe("memory", () => describeRetried(() => memoryStore()));
describe("SQLite", () => {
  describeRetried(() => {
    const store = sqliteStore({ path: ":memory:" });
    onTestFinished(() => void store.close());
    return store;
  });
});
for (const reach of [...redisReaches(), ...(await sqlReaches())]) {
  describeWith(reach.service, reach.driver.name, () => describeRetried(() => openPlace(reach)));
}

async function openPlace({ driver, place }: Reach): Promise<SessionStore> {
  const name = place.uniqueName();
  onTestFinished(() => place.remove(name).then(() => {}));
  return open(driver, [place.url], name);
}

function describeRetried(openStore: Open): void {
  const start = async () => {
    const store = faultStore(await openStore(), []);
    const sessions = createSessions<Data>({ storage: store });
    const cookie = `__Host-id=${await sessions.issue("ann")}`;
    const load = () => sessions.open({ headers: { cookie } });
    return { store, sessions, load };
  };

  test("G7 a commit that is retried after a lost reply increments once", async () => {
    const { store, sessions, load } = await start();
    const session = await load();
    session.update("count", (count = 0) => count + 1);
    store.plan([{ kind: "lose-reply", method: "update", nth: 1 }]);
    await expect(async () => sessions.commit(session)).rejects.toThrow(SessionStoreError);
    await sessions.commit(session);
    expect(store.struck).toHaveLength(1);
    expect((await load()).get("count")).toBe(1);
  });

  test("G7 a commit that is retried after another's does not increment twice", async () => {
    const { store, sessions, load } = await start();
    const session = await load();
    session.update("count", (count = 0) => count + 1);
    store.plan([
      { kind: "lose-reply", method: "update", nth: 1 },
      { kind: "fail", method: "read", nth: 1 },
    ]);
    await expect(async () => sessions.commit(session)).rejects.toThrow(SessionStoreError);
    await expect(async () => sessions.commit(session)).rejects.toThrow(SessionStoreError);
    store.plan();
    const other = await load();
    other.update("count", (count = 0) => count + 10);
    await sessions.commit(other);
    await sessions.commit(session);
    expect((await load()).get("count")).toBe(11);
  });
}
