import { createSessions, memoryStore, type SessionStore, SessionStoreError } from "@coatcheck/core";
import { generateKey, sealed } from "@coatcheck/core/sealed";
import { bearer, cookie, header } from "@coatcheck/core/transports";
import {
  type AccessTokens,
  accessTokens,
  generateJwk,
  jwt,
  type RefreshTokensOptions,
  refreshTokens,
} from "@coatcheck/jwt";
import { describe, expect, test } from "vitest";

const keys = generateJwk("EdDSA");
const names = { issuer: "https://shop.example.com", audience: "https://api.example.com" };
const access = accessTokens({ keys, ...names });

describe.each(["fail", "anonymous"] as const)("with onStoreError %j", (onStoreError) => {
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
    const tokens = refreshTokens({ sessions: createSessions({ storage, onStoreError }), access });
    const { refreshToken } = await tokens.signIn("ada");
    down = true;
    await expect(tokens.refresh(refreshToken)).rejects.toThrow(SessionStoreError);
    await expect(tokens.signOut(refreshToken)).rejects.toThrow(SessionStoreError);
    down = false;
    expect(await tokens.refresh(refreshToken)).toMatchObject({ tokenType: "Bearer" });
    expect(await tokens.signOut(refreshToken)).toBe(true);
    // Of what is over there is nothing to tell: it is undefined still, and nothing else ends.
    const other = await tokens.signIn("ada");
    expect(await tokens.refresh(refreshToken)).toBeUndefined();
    expect(await tokens.signOut(refreshToken)).toBe(false);
    expect(await tokens.refresh(other.refreshToken)).toMatchObject({ tokenType: "Bearer" });
  });
});

/** A user with one session, and a second manager of tokens by which to sign in. */
async function limited(options: Partial<RefreshTokensOptions<Record<string, unknown>>>) {
  const sessions = createSessions({ limits: { perUser: 1, onLimit: "evict-oldest" } });
  const good = refreshTokens({ sessions, access });
  const { refreshToken } = await good.signIn("ada");
  return {
    failing: refreshTokens({ sessions, access, ...options }),
    sessions,
    stillThere: async () => (await good.refresh(refreshToken)) !== undefined,
  };
}

test.each<[string, object]>([
  ["a claim with a meaning of its own", { claims: { sub: "eve" } }],
  ["no JSON", { claims: { n: 1n } }],
  ["a function", { claims: { f() {} } }],
  ["a scope that is none", { scope: 5 }],
])(
  "a sign-in that cannot say %s stores nothing, and costs nobody their session",
  async (_, details) => {
    const it = await limited({ describe: () => details });
    await expect(it.failing.signIn("ada")).rejects.toThrow(TypeError);
    expect(await it.sessions.list("ada")).toHaveLength(1);
    expect(await it.stillThere()).toBe(true);
  },
);

test("a sign-in that fails after its session is stored ends that", async () => {
  let issued = 0;
  const second: AccessTokens = {
    ...access,
    async issue(request) {
      if (++issued === 2) throw new Error("the key is gone");
      return access.issue(request);
    },
  };
  const sessions = createSessions();
  const tokens = refreshTokens({ sessions, access: second });
  await expect(tokens.signIn("ada")).rejects.toThrow("the key is gone");
  expect(issued).toBe(2);
  expect(await sessions.list("ada")).toEqual([]);
});

test("a failure is told, whatever becomes of the session", async () => {
  const storage: SessionStore = {
    ...memoryStore(),
    destroy() {
      throw new Error("store is down");
    },
  };
  const sessions = createSessions({ storage, cookie: { name: "__Host-refresh" } });
  const tokens = refreshTokens({ sessions, access });
  await expect(tokens.signIn("ada")).rejects.toThrow("cookieName must be the cookie.name");
});

describe("a manager that does not fit", () => {
  test.each([
    ["bearer()", bearer()],
    ["header() before cookie()", [header("x-session"), cookie()]],
  ])("by its transport, %s, is refused at once", (_, transport) => {
    const sessions = createSessions({ transport });
    expect(() => refreshTokens({ sessions, access })).toThrow(
      "sessions must have cookie() as its first transport",
    );
  });

  test("cookie() before another one fits", async () => {
    const sessions = createSessions({ transport: [cookie(), header("x-session")] });
    const tokens = refreshTokens({ sessions, access });
    const { refreshToken } = await tokens.signIn("ada");
    expect(await tokens.refresh(refreshToken)).toMatchObject({ tokenType: "Bearer" });
  });

  test("with a schema that takes its time it is refused at the first call", async () => {
    const schema = {
      "~standard": {
        ...{ version: 1 as const, vendor: "test" },
        validate: async (value: unknown) => ({ value: value as Record<string, unknown> }),
      },
    };
    const unfit = createSessions({ transport: bearer(), schema });
    const tokens = refreshTokens({ sessions: unfit, access });
    const refused = "sessions must have cookie() as its first transport";
    await expect(tokens.signIn("ada")).rejects.toThrow(refused);
    await expect(tokens.refresh("a.b")).rejects.toThrow(refused);
    await expect(tokens.signOut("a.b")).rejects.toThrow(refused);
    expect(await unfit.list("ada")).toEqual([]);
    const fit = refreshTokens({ sessions: createSessions({ schema }), access });
    const { refreshToken } = await fit.signIn("ada");
    expect(await fit.refresh(refreshToken)).toMatchObject({ tokenType: "Bearer" });
  });

  test("by its cookie's name leaves no session", async () => {
    const sessions = createSessions({ cookie: { name: "__Host-refresh" } });
    const tokens = refreshTokens({ sessions, access });
    await expect(tokens.signIn("ada")).rejects.toThrow("cookieName must be the cookie.name");
    expect(await sessions.list("ada")).toEqual([]);
  });

  test.each([
    ["sealed", sealed({ keys: generateKey(), revocation: memoryStore() })],
    ["jwt", jwt({ keys, ...names, revocation: memoryStore() })],
  ])("by its storage, %s, leaves no session", async (_, storage) => {
    const sessions = createSessions({ storage, limits: { perUser: 2 } });
    const tokens = refreshTokens({ sessions, access });
    await expect(tokens.signIn("ada")).rejects.toThrow(
      "sessions must keep its sessions in a store",
    );
    expect(await sessions.list("ada")).toEqual([]);
  });
});
