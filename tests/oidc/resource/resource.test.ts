import { request as ask, createServer } from "node:http";
import { resourceServer } from "@coatcheck/oidc/resource";
import type { RunningApp } from "@coatcheck/testkit";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "../../frameworks/harness/listen.ts";
import { APIS } from "./apps.ts";

const ISSUER = "https://id.example";
const AUDIENCE = "https://api.shop.example";
const { privateKey, publicKey } = await generateKeyPair("RS256");
const jwk: JWK = { ...(await exportJWK(publicKey)), kid: "1", alg: "RS256" };

/** The keys of the provider, over HTTP, and whether it is up. */
let up = true;
let provider: RunningApp;
beforeAll(async () => {
  provider = await listen(
    createServer((_, response) => {
      response.writeHead(up ? 200 : 500, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [jwk] }));
    }),
  );
});
afterAll(() => provider.close());

function originOf({ port }: RunningApp): string {
  return `http://127.0.0.1:${port}`;
}

function tokenWith(claims: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: "ada",
    client_id: "cli",
    jti: "1",
    iat: now,
    exp: now + 60,
    scope: "cart:read",
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256", kid: "1", typ: "at+jwt" })
    .sign(privateKey);
}

describe.each(APIS)("an API in $name", ({ start }) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(
      resourceServer({ issuer: ISSUER, audience: AUDIENCE, jwks: originOf(provider) }),
    );
  });
  afterAll(() => app.close());

  const get = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${originOf(app)}${path}`, { headers });
    return { response, status: response.status, text: await response.text() };
  };
  const challengeOf = ({ response }: { response: Response }) =>
    response.headers.get("www-authenticate");

  test("its handler has the token's claims", async () => {
    const { status, text } = await get("/cart", `Bearer ${await tokenWith()}`);
    expect([status, JSON.parse(text)]).toEqual([200, { subject: "ada", scope: ["cart:read"] }]);
    const any = await get("/any", `bearer ${await tokenWith({ scope: undefined })}`);
    expect([any.status, JSON.parse(any.text)]).toEqual([200, { subject: "ada", scope: [] }]);
  });

  test.each([
    ["no token", 401, "Bearer", async () => undefined],
    ["another scheme", 401, "Bearer", async () => "Basic YTpi"],
    ["a bad token", 401, 'Bearer error="invalid_token"', async () => "Bearer a.b.c"],
    [
      "an expired token",
      401,
      'Bearer error="invalid_token"',
      async () => `Bearer ${await tokenWith({ exp: 1 })}`,
    ],
    [
      "too small a scope",
      403,
      'Bearer error="insufficient_scope", scope="cart:read"',
      async () => `Bearer ${await tokenWith({ scope: "cart:write" })}`,
    ],
    ["two tokens", 400, 'Bearer error="invalid_request"', async () => "Bearer a, Bearer b"],
  ])("%s: %i, no handler, and nobody may keep the answer", async (_, status, challenge, header) => {
    const authorization = await header();
    const answer = await get("/cart", authorization);
    expect([answer.status, challengeOf(answer)]).toEqual([status, challenge]);
    expect(answer.response.headers.get("cache-control")).toBe("no-store");
    expect(answer.text).not.toContain("ada");
    if (authorization?.startsWith("Bearer ey")) {
      expect(answer.text).not.toContain(authorization.slice(7, 30));
    }
  });

  test("two Authorization headers on the wire: 400", async () => {
    const token = await tokenWith();
    const status = await new Promise((resolve, reject) => {
      const raw = ["host", "a", "authorization", `Bearer ${token}`, "authorization", "Bearer b"];
      // Node's client would join two of one name.
      ask(`${originOf(app)}/cart`, { headers: raw as never }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(400);
  });

  test("a token in the header and one in the URL: 400", async () => {
    const answer = await get("/cart?access_token=x", `Bearer ${await tokenWith()}`);
    expect(answer.status).toBe(400);
  });

  test("a route that is not guarded has no token: a mistake, told by 500", async () => {
    const answer = await get("/open", `Bearer ${await tokenWith()}`);
    expect([answer.status, answer.text.includes("ada")]).toEqual([500, false]);
  });
});

describe.each(APIS)("an API in $name whose provider is down", ({ start }) => {
  test("says 503, with when to come again, and lets nobody in", async () => {
    up = false;
    const app = await start(
      resourceServer({ issuer: ISSUER, audience: AUDIENCE, jwks: originOf(provider) }),
    );
    try {
      const headers = { authorization: `Bearer ${await tokenWith()}` };
      const response = await fetch(`${originOf(app)}/cart`, { headers });
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(response.headers.get("www-authenticate")).toBeNull();
      expect(response.headers.get("cache-control")).toBe("no-store");
      // Who brings no token is told so all the same.
      expect((await fetch(`${originOf(app)}/cart`)).status).toBe(401);
    } finally {
      up = true;
      await app.close();
    }
  });
});
