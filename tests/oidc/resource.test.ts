import type { Session } from "@coatcheck/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { API } from "./provider/options.ts";
import type { Data } from "./world/app.ts";
import { anyFramework, frameworks } from "./world/frameworks.ts";
import { SHOP } from "./world/sites.ts";
import { me, signIn } from "./world/visits.ts";
import { World } from "./world/world.ts";

const { origin } = SHOP;

let world: World;
beforeAll(async () => {
  world = await World.start({ resource: API });
});
afterEach(() => world.leave());
afterAll(() => world.end());

/** Asks the API as a program does, without a cookie. */
const ask = async (authorization?: string) =>
  world.web.send(new URL(`${origin}/api/cart`), {
    method: "GET",
    headers: authorization === undefined ? {} : { authorization },
  });

describe.each(frameworks)("$name", (framework) => {
  test("RFC 9068: an API beside the session routes takes access tokens of its issuer, for itself", async () => {
    let given = "";
    await world.app(framework, {
      oidc: {
        scope: "openid cart:read",
        onLogin: (_, { tokens }) => {
          given = String(tokens.accessToken);
        },
      },
    });
    const browser = world.browser();
    await signIn(browser);
    const answer = await ask(`Bearer ${given}`);
    expect([answer.status, answer.body]).toEqual([200, '{"cart":["coat"]}']);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    // The session's cookie opens no API.
    expect((await browser.script(`${origin}/api/cart`)).status).toBe(401);
    expect((await me(browser)).userId).toEqual(expect.any(String));
    const narrow = world.browser("bob");
    await world.app(framework, {
      oidc: {
        scope: "openid cart:write",
        onLogin: (_, { tokens }) => {
          given = String(tokens.accessToken);
        },
      },
    });
    await signIn(narrow);
    const refused = await ask(`Bearer ${given}`);
    expect(refused.status).toBe(403);
    expect(refused.headers["www-authenticate"]).toMatch(/^Bearer .*error="insufficient_scope"/);
  });

  test("RFC 6750: whatever is no such token gets 401 and a challenge", async () => {
    await world.app(framework);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: API,
      sub: "ann",
      client_id: SHOP.id,
      scope: "cart:read",
      iat: now,
      exp: now + 60,
      jti: "j",
    };
    const at = { typ: "at+jwt" };
    const { provider } = world;
    expect((await ask(`Bearer ${await provider.sign(claims, at)}`)).status).toBe(200);
    const [head = "", body = ""] = (await provider.sign(claims, at)).split(".");
    const bad = [
      await provider.sign({ ...claims, aud: "https://other.example" }, at),
      await provider.sign({ ...claims, iss: "https://evil.example" }, at),
      await provider.sign({ ...claims, exp: now - 600 }, at),
      await provider.sign(claims, { typ: "JWT" }),
      `${head}.${body}.AAAA`,
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${body}.`,
      "x",
    ];
    for (const token of bad) {
      const { status, headers } = await ask(`Bearer ${token}`);
      expect([token, status]).toEqual([token, 401]);
      expect(headers["www-authenticate"]).toMatch(/^Bearer .*error="invalid_token"/);
    }
    const without = await ask();
    expect(without.status).toBe(401);
    expect(without.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    expect(without.headers["www-authenticate"]).not.toContain("error=");
  });
});

test("RFC 8707: a provider that issues such tokens for a resource alone is asked for it, at renewals too", async () => {
  const strict = await World.start({ accessTokenTtl: 300 });
  try {
    for (const [parameters, expected] of [
      [{ resource: API }, 200],
      [{}, 401],
    ] as const) {
      let opened: Session<Data> | undefined;
      const { api, oidc } = await strict.app(anyFramework, {
        oidc: {
          scope: "openid cart:read",
          parameters,
          onLogin: (session) => {
            opened = session;
          },
        },
      });
      await signIn(strict.browser());
      const judged = async () => {
        const result = await api.verify(`Bearer ${await oidc.accessToken(opened as never)}`);
        return result.ok ? 200 : result.status;
      };
      expect(await judged()).toBe(expected);
      strict.ahead += 301_000;
      expect(await judged()).toBe(expected);
      await strict.leave();
    }
  } finally {
    await strict.end();
  }
});
