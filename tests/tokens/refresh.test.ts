import {
  createSessions,
  memoryStore,
  type SessionEventName,
  type SessionStore,
  SessionStoreError,
} from "@coatcheck/core";
import {
  accessTokens,
  generateJwk,
  jwks,
  type RefreshTokensOptions,
  refreshTokens,
} from "@coatcheck/jwt";
import { accessTokenVerifier } from "@coatcheck/jwt/verify";
import { sqliteStore } from "@coatcheck/store-sqlite";
import { describe, expect, test } from "vitest";

const START = 2_000_000_000_000;
const GRACE = 10_000;
const keys = generateJwk("EdDSA");
const names = { issuer: "https://shop.example.com", audience: "https://api.example.com" };

const STORES: Record<string, (clock: () => number) => SessionStore> = {
  memory: (clock) => memoryStore({ clock }),
  sqlite: (clock) => sqliteStore({ path: ":memory:", clock }),
};

function bench(name: string, options: Partial<RefreshTokensOptions<Record<string, unknown>>> = {}) {
  let now = START;
  const clock = () => now;
  const store = (STORES[name] as (typeof STORES)[string])(clock);
  const sessions = createSessions({
    storage: store,
    clock,
    timeouts: { idle: "30m", absolute: "12h", rotationGrace: "10s" },
  });
  const access = accessTokens({ keys, ...names, clock });
  const verify = accessTokenVerifier({ ...names, jwks: jwks(keys), clock, clockTolerance: "0s" });
  const events: string[] = [];
  const watched: SessionEventName[] = ["reuse-detected", "ended", "token-rejected", "commit-lost"];
  for (const event of watched) sessions.events.on(event, () => events.push(event));
  return {
    ...{ sessions, store, events, clock },
    tokens: refreshTokens({ sessions, access, ...options }),
    wait(ms: number) {
      now += ms;
    },
    /** Whose it is, or why it is nobody's. */
    async whose(token: string | undefined) {
      const result = await verify(token);
      return result.ok ? result.token.userId : result.reason;
    },
    async contentOf(token: string) {
      const result = await verify(token);
      if (!result.ok) throw new Error(result.reason);
      return result.token;
    },
  };
}

type Bench = ReturnType<typeof bench>;

/** The refresh token that a refresh brings. */
async function next({ tokens }: Bench, token: string): Promise<string> {
  const pair = await tokens.refresh(token);
  if (!pair?.refreshToken) throw new Error("no new refresh token");
  return pair.refreshToken;
}

describe.each(Object.keys(STORES))("over %s", (name) => {
  test("a sign-in brings an access token of the session, and what refreshes it", async () => {
    const it = bench(name, { describe: () => ({ scope: "cart", claims: { tenant: "north" } }) });
    const pair = await it.tokens.signIn("ada");
    expect(pair).toEqual({
      accessToken: expect.any(String),
      tokenType: "Bearer",
      expiresIn: 300,
      refreshToken: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
    });
    const [listed] = await it.sessions.list("ada");
    expect(await it.contentOf(pair.accessToken)).toMatchObject({
      ...{ userId: "ada", sessionId: listed?.id, scope: ["cart"], authenticatedAt: START },
      claims: { tenant: "north" },
    });
    expect(pair.refreshToken.split(".")[0]).toBe(listed?.id);
    expect(await it.sessions.list("ada")).toHaveLength(1);
  });

  test("each refresh brings new tokens of the same session, for as long as it lasts", async () => {
    const it = bench(name);
    let { accessToken, refreshToken } = await it.tokens.signIn("ada");
    const seen = new Set([accessToken, refreshToken]);
    for (let i = 0; i < 20; i++) {
      it.wait(300_000);
      expect(await it.whose(accessToken)).toBe("expired");
      const pair = await it.tokens.refresh(refreshToken);
      if (!pair?.refreshToken) throw new Error("not refreshed");
      ({ accessToken, refreshToken } = { ...pair, refreshToken: pair.refreshToken });
      expect(await it.whose(accessToken)).toBe("ada");
      seen.add(accessToken).add(refreshToken);
    }
    expect(seen.size).toBe(42);
    expect(await it.sessions.list("ada")).toHaveLength(1);
    // When the user authenticated does not move.
    expect(await it.contentOf(accessToken)).toMatchObject({ authenticatedAt: START });
    expect(it.events).toEqual([]);
  });

  test("G5 a copy that comes back after its grace ends the session, for thief and owner", async () => {
    const it = bench(name);
    const first = (await it.tokens.signIn("ada")).refreshToken;
    const second = await next(it, first);
    const third = await next(it, second);
    it.wait(GRACE);
    expect(await it.tokens.refresh(first)).toBeUndefined();
    expect(it.events).toEqual(["reuse-detected", "ended"]);
    for (const token of [third, second, first]) {
      expect(await it.tokens.refresh(token)).toBeUndefined();
    }
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("G5 the thief was first: the owner's next refresh ends it", async () => {
    const it = bench(name);
    const stolen = (await it.tokens.signIn("ada")).refreshToken;
    const thiefs = await next(it, await next(it, stolen));
    it.wait(GRACE);
    expect(await it.tokens.refresh(stolen)).toBeUndefined();
    expect(it.events).toContain("reuse-detected");
    expect(await it.tokens.refresh(thiefs)).toBeUndefined();
  });

  test("G5 a response that was lost costs nothing, however late it is noticed", async () => {
    const it = bench(name);
    const { refreshToken } = await it.tokens.signIn("ada");
    const lost = await next(it, refreshToken);
    expect(await next(it, refreshToken)).toBe(lost);
    it.wait(20 * 60_000);
    const another = await next(it, refreshToken);
    expect(another).not.toBe(lost);
    expect(await next(it, another)).not.toBe(another);
    expect(it.events).toEqual([]);
  });

  test.each([
    [2, 300_000],
    [6, 300_000],
    [12, 300_000],
    [40, 0],
  ])(
    "G5 the thief has refreshed %i times, %i ms apart: the owner's next refresh puts both out",
    async (count, apart) => {
      const it = bench(name);
      const owners = (await it.tokens.signIn("ada")).refreshToken;
      let thiefs = owners;
      for (let i = 0; i < count; i++) {
        it.wait(apart);
        thiefs = await next(it, thiefs);
      }
      it.wait(60_000);
      expect(await it.tokens.refresh(owners)).toBeUndefined();
      expect(it.events).toEqual(["reuse-detected", "ended"]);
      expect(await it.tokens.refresh(thiefs)).toBeUndefined();
    },
  );

  test.each([GRACE, 150_000, 600_000])(
    "G5 owner and thief take turns, %i ms apart: they do not share the session",
    async (apart) => {
      const it = bench(name);
      let owners = (await it.tokens.signIn("ada")).refreshToken;
      const thiefs = owners;
      it.wait(apart);
      owners = await next(it, owners);
      it.wait(apart);
      const thiefsNext = await next(it, thiefs);
      expect(thiefsNext).not.toBe(owners);
      it.wait(apart);
      expect(await it.tokens.refresh(owners)).toBeUndefined();
      expect(it.events).toEqual(["reuse-detected", "ended"]);
      expect(await it.tokens.refresh(thiefsNext)).toBeUndefined();
    },
  );

  test("G5 an id alone, which is in every access token, ends nothing", async () => {
    const it = bench(name);
    const { refreshToken } = await it.tokens.signIn("ada");
    const second = await next(it, refreshToken);
    const eves = (await it.tokens.signIn("eve")).refreshToken;
    const id = refreshToken.slice(0, 22);
    for (const secret of ["A".repeat(43), eves.slice(23)]) {
      expect(await it.tokens.refresh(`${id}.${secret}`)).toBeUndefined();
    }
    expect(await next(it, second)).toBeTypeOf("string");
    expect(it.events).toEqual(["token-rejected", "token-rejected"]);
  });

  test("G5 ten refreshes at once leave the client with one token, which is good", async () => {
    const it = bench(name);
    let { refreshToken } = await it.tokens.signIn("ada");
    for (let round = 0; round < 5; round++) {
      const pairs = await Promise.all(
        Array.from({ length: 10 }, () => it.tokens.refresh(refreshToken)),
      );
      for (const pair of pairs) expect(await it.whose(pair?.accessToken)).toBe("ada");
      const all = new Set(pairs.map((pair) => pair?.refreshToken));
      expect(all.size).toBe(1);
      refreshToken = [...all][0] as string;
      it.wait(60_000);
    }
    expect(it.events).toEqual([]);
  });

  test("a refresh that comes in the grace gets an access token, and the client keeps the newer one", async () => {
    const it = bench(name);
    const first = (await it.tokens.signIn("ada")).refreshToken;
    const second = await next(it, first);
    const third = await next(it, second);
    const late = await it.tokens.refresh(first);
    expect(late && "refreshToken" in late).toBe(false);
    expect(await it.whose(late?.accessToken)).toBe("ada");
    expect(await next(it, third)).toBeTypeOf("string");
    expect(it.events).toEqual([]);
  });

  test("G6 after a sign-out nothing refreshes, and it is told once", async () => {
    const it = bench(name);
    const first = (await it.tokens.signIn("ada")).refreshToken;
    const second = await next(it, first);
    expect(await it.tokens.signOut(second)).toBe(true);
    expect(await it.tokens.signOut(second)).toBe(false);
    for (const token of [first, second]) expect(await it.tokens.refresh(token)).toBeUndefined();
    expect(await it.sessions.list("ada")).toEqual([]);
  });

  test("G6 a sign-out in the middle of a refresh wins: no token leaves", async () => {
    let meanwhile = async () => {};
    const it = bench(name, {
      async describe() {
        await meanwhile();
        return {};
      },
    });
    const { refreshToken } = await it.tokens.signIn("ada");
    meanwhile = async () => {
      await it.tokens.signOut(refreshToken);
    };
    expect(await it.tokens.refresh(refreshToken)).toBeUndefined();
    expect(await it.sessions.list("ada")).toEqual([]);
    expect(it.events).toContain("commit-lost");
  });

  test("G4 a login in the middle of a refresh wins: the token of before it brings nothing", async () => {
    let meanwhile = async () => {};
    const it = bench(name, {
      async describe() {
        await meanwhile();
        return {};
      },
    });
    const { refreshToken } = await it.tokens.signIn("ada");
    meanwhile = async () => {
      const session = await it.sessions.open({ headers: { cookie: `__Host-id=${refreshToken}` } });
      session.login("ada");
      await it.sessions.commit(session);
    };
    expect(await it.tokens.refresh(refreshToken)).toBeUndefined();
    expect(await it.sessions.list("ada")).toHaveLength(1);
  });

  test("revokeUser ends what refreshes, and a right that was taken away is gone with the next token", async () => {
    let scope = "cart admin";
    const it = bench(name, { describe: async () => ({ scope }) });
    const { refreshToken } = await it.tokens.signIn("ada");
    scope = "cart";
    const pair = await it.tokens.refresh(refreshToken);
    expect((await it.contentOf(pair?.accessToken ?? "")).scope).toEqual(["cart"]);
    expect(await it.sessions.revokeUser("ada")).toBe(1);
    expect(await it.tokens.refresh(pair?.refreshToken ?? "")).toBeUndefined();
  });

  test("G8 it ends with silence, and with the absolute timeout whatever happens", async () => {
    const it = bench(name);
    const silent = (await it.tokens.signIn("ada")).refreshToken;
    it.wait(30 * 60_000);
    expect(await it.tokens.refresh(silent)).toBeUndefined();
    let { refreshToken } = await it.tokens.signIn("ada");
    for (let i = 0; i < 35; i++) {
      it.wait(20 * 60_000);
      refreshToken = await next(it, refreshToken);
    }
    // Two minutes before the end an access token is good for two minutes.
    it.wait(18 * 60_000);
    expect(await it.tokens.refresh(refreshToken)).toMatchObject({ expiresIn: 120 });
    refreshToken = await next(it, refreshToken);
    it.wait(2 * 60_000);
    expect(await it.tokens.refresh(refreshToken)).toBeUndefined();
  });

  test("G3 what is no token reaches no store and no header", async () => {
    const it = bench(name);
    const { refreshToken } = await it.tokens.signIn("ada");
    const stranger = (await bench(name).tokens.signIn("eve")).refreshToken;
    for (const text of [
      ...["", "x", ".", "a.b", `${refreshToken}A`, ` ${refreshToken}`, `${refreshToken}\r\n`],
      ...[`x; __Host-id=${refreshToken}`, `${refreshToken}; a=b`, `"${refreshToken}"`, stranger],
      ...[undefined, null, 7, {}, [refreshToken]],
    ]) {
      expect(await it.tokens.refresh(text as string)).toBeUndefined();
      expect(await it.tokens.signOut(text as string)).toBe(false);
    }
    expect(await next(it, refreshToken)).toBeTypeOf("string");
  });

  test("nobody's session refreshes to nothing", async () => {
    const it = bench(name);
    const session = await it.sessions.open({ headers: {} });
    session.set("cart", ["apple"]);
    const [[, line] = ["", ""]] = await it.sessions.commit(session);
    const token = line.slice("__Host-id=".length).split(";")[0] as string;
    expect(await it.tokens.refresh(token)).toBeUndefined();
  });

  test("a description that fails leaves no session, and no refresh token used up", async () => {
    let broken = true;
    const it = bench(name, {
      async describe() {
        if (broken) throw new Error("no rights today");
        return {};
      },
    });
    await expect(it.tokens.signIn("ada")).rejects.toThrow("no rights today");
    expect(await it.sessions.list("ada")).toEqual([]);
    broken = false;
    const { refreshToken } = await it.tokens.signIn("ada");
    broken = true;
    await expect(it.tokens.refresh(refreshToken)).rejects.toThrow("no rights today");
    broken = false;
    expect(await next(it, refreshToken)).toBeTypeOf("string");
    expect(it.events).toEqual([]);
  });
});

test("G10 a store that fails is an error, and neither a refusal nor a token", async () => {
  const memory = memoryStore();
  let down = false;
  const storage: SessionStore = {
    ...memory,
    read(id) {
      if (down) throw new Error("store is down");
      return memory.read(id);
    },
  };
  const access = accessTokens({ keys, ...names });
  const tokens = refreshTokens({ sessions: createSessions({ storage }), access });
  const { refreshToken } = await tokens.signIn("ada");
  down = true;
  await expect(tokens.refresh(refreshToken)).rejects.toThrow(SessionStoreError);
  await expect(tokens.signOut(refreshToken)).rejects.toThrow(SessionStoreError);
  down = false;
  expect(await tokens.refresh(refreshToken)).toMatchObject({ tokenType: "Bearer" });
});

test("the manager's cookie has the name that was said", async () => {
  const access = accessTokens({ keys, ...names });
  const sessions = createSessions({ cookie: { name: "__Host-refresh" } });
  const right = refreshTokens({ sessions, access, cookieName: "__Host-refresh" });
  const { refreshToken } = await right.signIn("ada");
  expect(await right.refresh(refreshToken)).toMatchObject({ tokenType: "Bearer" });
  await expect(refreshTokens({ sessions, access }).signIn("ada")).rejects.toThrow(
    "cookieName must be the cookie.name of sessions",
  );
});

test.each<[string, object]>([
  ["sessions must be made by createSessions()", { sessions: {} }],
  ["access must be made by accessTokens()", { access: undefined }],
  ["describe must be a function", { describe: {} }],
  ["cookieName must be a text", { cookieName: "" }],
  ["store is not an option", { store: memoryStore() }],
])("%s", (message, change) => {
  const good = { sessions: createSessions(), access: accessTokens({ keys, ...names }) };
  expect(() => refreshTokens({ ...good, ...change } as never)).toThrow(message);
});
