import {
  memoryStore,
  type SessionRecord,
  type SessionStore,
  SessionStoreError,
} from "@coatcheck/core";
import { faultStore } from "@coatcheck/testkit";
import { describe, expect, test } from "vitest";
import { connectionsBench, HOUR } from "../testing/connections-bench.ts";
import type { TokenSet } from "./connection.ts";

const OLD: TokenSet = { idToken: "id 1", accessToken: "access 1", refreshToken: "refresh 1" };
const NEW: TokenSet = { idToken: "id 2", accessToken: "access 2", refreshToken: "refresh 2" };
const isFresh = ({ accessToken }: TokenSet): boolean => accessToken !== "access 1";
const never = async (): Promise<TokenSet> => expect.fail("asked the provider");
const turn = () => new Promise<void>((go) => setImmediate(go));

test("tokens that are fresh are given as they are, by one read", async () => {
  const it = connectionsBench();
  const id = await it.begin("one", {}, NEW);
  expect(await it.connections.renew(id, isFresh, never)).toEqual(NEW);
});

test("a session without a connection has none to renew", async () => {
  const it = connectionsBench();
  const id = await it.begin("one", {}, OLD);
  await it.connections.end(id);
  expect(await it.connections.renew(id, isFresh, never)).toBeUndefined();
});

test("100 callers on two processes cause one request, and all get its tokens", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const processes = [it.another(), it.another()];
  const used: TokenSet[] = [];
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      (processes[index % 2] ?? it.connections).renew(id, isFresh, async (tokens) => {
        used.push(tokens);
        for (let i = 0; i < 10; i++) await turn();
        return NEW;
      }),
    ),
  );
  expect(used).toEqual([OLD]);
  expect(answers).toEqual(answers.map(() => NEW));
  expect((await it.connections.read(id))?.tokens).toEqual(NEW);
});

test("what the provider says goes to all who wait in this process, and the next may try", async () => {
  const it = connectionsBench();
  const id = await it.begin("one", {}, OLD);
  const failing = () =>
    it.connections.renew(id, isFresh, async () => {
      throw new Error("invalid_grant");
    });
  const both = await Promise.allSettled([failing(), failing()]);
  expect(both.map((one) => one.status === "rejected" && one.reason.message)).toEqual([
    "invalid_grant",
    "invalid_grant",
  ]);
  expect(await it.another().renew(id, isFresh, async () => NEW)).toEqual(NEW);
});

test("a claim of a process that was killed keeps others waiting as long as the lease, and no longer", async () => {
  const it = connectionsBench({ pause: async () => void it.clock.advance(1_000) });
  const id = await it.begin("one", {}, OLD);
  void it.connections.renew(id, isFresh, () => new Promise(() => {}));
  await turn();
  const began = it.clock();
  expect(await it.another().renew(id, isFresh, async () => NEW)).toEqual(NEW);
  expect(it.clock() - began).toBe(20_000);
});

test("one that outlives its lease keeps its tokens: those that it was got for are used up", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const slow = Promise.withResolvers<TokenSet>();
  const first = it.connections.renew(id, isFresh, () => slow.promise);
  await turn();
  it.clock.advance(20_000);
  const late = Promise.withResolvers<TokenSet>();
  const second = it.another().renew(id, isFresh, () => late.promise);
  await turn();
  slow.resolve(NEW);
  expect(await first).toEqual(NEW);
  // The provider takes the second for a thief, or not: there is something better by now.
  late.resolve({ ...NEW, accessToken: "access 3", refreshToken: undefined });
  expect(await second).toEqual(NEW);
  expect((await it.connections.read(id))?.tokens).toEqual(NEW);
});

test("a refusal of what another process has used up meanwhile is none: its tokens are there", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const slow = Promise.withResolvers<TokenSet>();
  const first = it.connections.renew(id, isFresh, () => slow.promise);
  await turn();
  it.clock.advance(20_000);
  const refused = Promise.withResolvers<TokenSet>();
  const second = it.another().renew(id, isFresh, () => refused.promise);
  await turn();
  slow.resolve(NEW);
  expect(await first).toEqual(NEW);
  refused.reject(new Error("invalid_grant"));
  expect(await second).toEqual(NEW);
});

test("a refusal of the tokens of a login before is none of the one that has come meanwhile", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const renewed = it.connections.renew(id, isFresh, async () => {
    await it.begin("one", {}, NEW);
    throw new Error("invalid_grant");
  });
  expect(await renewed).toEqual(NEW);
});

test("a refusal of a tie that has ended meanwhile says that there is none", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const renewed = it.connections.renew(id, isFresh, async () => {
    await it.another().end(id);
    throw new Error("invalid_grant");
  });
  expect(await renewed).toBeUndefined();
});

test("a tie that is made longer meanwhile keeps both: the new tokens, and its new end", async () => {
  const it = connectionsBench({ pause: turn });
  const id = await it.begin("one", {}, OLD);
  const until = it.clock() + 20 * HOUR;
  const reply = Promise.withResolvers<TokenSet>();
  const first = it.connections.renew(id, isFresh, () => reply.promise);
  await turn();
  await it.another().extend(id, until);
  let others = 0;
  const second = it.another().renew(id, isFresh, async () => {
    others++;
    return NEW;
  });
  await turn();
  reply.resolve(NEW);
  expect([await first, await second, others]).toEqual([NEW, NEW, 0]);
  expect(await it.connections.read(id)).toMatchObject({ tokens: NEW, expiresAt: until });
});

test("a refusal is heard at once, also where the tie was made longer meanwhile", async () => {
  const it = connectionsBench({ pause: () => expect.fail("waited for itself") });
  const id = await it.begin("one", {}, OLD);
  const renewed = it.connections.renew(id, isFresh, async () => {
    await it.another().extend(id, it.clock() + 20 * HOUR);
    throw new Error("invalid_grant");
  });
  await expect(renewed).rejects.toThrow("invalid_grant");
  expect(await it.another().renew(id, isFresh, async () => NEW)).toEqual(NEW);
});

test("G6 tokens that arrive after the logout are not kept, nor handed out", async () => {
  const it = connectionsBench();
  const id = await it.begin("one", {}, OLD);
  const renewed = await it.connections.renew(id, isFresh, async () => {
    await it.another().end(id);
    return NEW;
  });
  expect(renewed).toBeUndefined();
  expect(await it.connections.read(id)).toBeUndefined();
});

describe("a store that fails when the new tokens are there", () => {
  /** Fails at the nth update, before or after it was made. */
  async function failing(kind: "fail" | "lose-reply", ...numbers: readonly number[]) {
    const store = faultStore(memoryStore(), []);
    const it = connectionsBench({ store, pause: async () => {} });
    const id = await it.begin("one", {}, OLD);
    store.plan(numbers.map((nth) => ({ kind, method: "update", nth })));
    let asked = 0;
    const renew = () =>
      it.connections.renew(id, isFresh, async () => {
        asked++;
        return NEW;
      });
    return { it, id, renew, asked: () => asked };
  }

  test("once is offered them again", async () => {
    const { it, id, renew } = await failing("fail", 2);
    expect(await renew()).toEqual(NEW);
    expect((await it.connections.read(id))?.tokens).toEqual(NEW);
  });

  test("but has kept them, has kept them", async () => {
    const { it, id, renew, asked } = await failing("lose-reply", 2);
    expect(await renew()).toEqual(NEW);
    expect((await it.connections.read(id))?.tokens).toEqual(NEW);
    expect(asked()).toBe(1);
  });

  test("for good is an error", async () => {
    const { renew, asked } = await failing("fail", 2, 3, 4);
    await expect(renew()).rejects.toThrow(SessionStoreError);
    expect(asked()).toBe(1);
  });

  test("when they are claimed: the provider is not asked", async () => {
    const { renew, asked } = await failing("fail", 1);
    await expect(renew()).rejects.toThrow(SessionStoreError);
    expect(asked()).toBe(0);
  });
});

test("G2 the claim shows nothing, and the new tokens are sealed as the old ones were", async () => {
  const written: SessionRecord[] = [];
  const inner = memoryStore();
  const store: SessionStore = {
    ...inner,
    update(record, version) {
      written.push(record);
      return inner.update(record, version);
    },
  };
  const it = connectionsBench({ store });
  const id = await it.begin("one", {}, OLD);
  await it.connections.renew(id, isFresh, async () => ({ ...NEW, accessToken: "SECRET access" }));
  expect(written).toHaveLength(2);
  expect(JSON.stringify(written)).not.toMatch(/SECRET|refresh|id \d/);
});
