import { createHmac } from "node:crypto";
import { memoryStore } from "@coatcheck/core";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import type { OidcOptions } from "../options/options.ts";
import type { Tricks } from "../testing/fake-issuer.ts";
import { Browser, cookiesIn, type Data, headerIn, loginBench } from "../testing/login-bench.ts";

type Bench = Awaited<ReturnType<typeof loginBench>>;

const MINUTE = 60_000;

/** A refusal is of the right status, is kept by no cache, leaves nobody logged in, and tells no secret. */
async function expectRefusal(
  bench: Bench,
  browser: Browser,
  answer: Answer,
  [status, code]: readonly [number, string],
): Promise<void> {
  expect([answer.status, answer.body.match(/<code>(.*?)<\/code>/)?.[1]]).toEqual([status, code]);
  expect(headerIn(answer, "cache-control")).toBe("no-store");
  expect(headerIn(answer, "location")).toBeUndefined();
  expect(headerIn(answer, "retry-after")).toBe(status === 503 ? "5" : undefined);
  expect(browser.cookies.has("__Host-id")).toBe(false);
  expect(JSON.stringify(answer) + JSON.stringify(bench.events)).not.toMatch(/secret-/);
  expect(bench.events.at(-1)).toEqual(["login-refused", expect.objectContaining({ code })]);
}

interface TokenCase {
  readonly name: string;
  readonly refusal: readonly [number, string];
  readonly tricks?: (bench: Bench) => Tricks | Promise<Tricks>;
  readonly oidc?: Partial<OidcOptions<Data>>;
}

const INVALID = [400, "id-token-invalid"] as const;
const claims = (change: (claims: JWTPayload) => JWTPayload) => () => ({ claims: change });
const without =
  (name: string) =>
  ({ [name]: _, ...rest }: JWTPayload): JWTPayload =>
    rest;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const TOKENS: readonly TokenCase[] = [
  {
    name: "ID token signed with the client secret (HS256)",
    refusal: INVALID,
    tricks: () => ({
      idToken(it) {
        const head = `${part({ alg: "HS256" })}.${part(it)}`;
        return `${head}.${createHmac("sha256", "s3cret").update(head).digest("base64url")}`;
      },
    }),
  },
  {
    name: "ID token of another algorithm than the client is registered for",
    refusal: INVALID,
    tricks: async () => {
      const { privateKey, publicKey } = await generateKeyPair("ES256");
      const jwk = { ...(await exportJWK(publicKey)), kid: "e1", alg: "ES256", use: "sig" };
      return {
        metadata: { id_token_signing_alg_values_supported: ["RS256", "ES256"] },
        idToken: (it) =>
          new SignJWT(it).setProtectedHeader({ alg: "ES256", kid: "e1" }).sign(privateKey),
        answer: (path) => (path === "/jwks" ? Response.json({ keys: [jwk] }) : undefined),
      };
    },
  },
  {
    name: "ID token under a key id that the provider does not have",
    refusal: INVALID,
    tricks: ({ issuer }) => ({ idToken: (it) => issuer.sign(it, { kid: "k9" }) }),
  },
  {
    name: "ID token with a changed claim",
    refusal: INVALID,
    tricks: ({ issuer }) => ({
      async idToken(it) {
        const [head, , signature] = (await issuer.sign(it)).split(".");
        return `${head}.${part({ ...it, sub: "bob" })}.${signature}`;
      },
    }),
  },
  {
    name: "ID token with a critical header that nobody knows",
    refusal: INVALID,
    tricks: ({ issuer }) => ({
      async idToken(it) {
        const [, body, signature] = (await issuer.sign(it)).split(".");
        return `${part({ alg: "RS256", kid: "k1", crit: ["x"], x: 1 })}.${body}.${signature}`;
      },
    }),
  },
  { name: "no ID token at all", refusal: INVALID, tricks: () => ({ idToken: () => undefined }) },
  {
    name: "ID token that is no JWT",
    refusal: INVALID,
    tricks: () => ({ idToken: () => "secret-nonsense" }),
  },
  {
    name: "ID token of another issuer",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, iss: "https://evil.example" })),
  },
  {
    name: "ID token for nobody",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, aud: [] })),
  },
  {
    name: "ID token authorised for another party",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, azp: "other" })),
  },
  {
    name: "ID token that expired more than a minute ago",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, exp: (it.iat ?? 0) - 60 })),
  },
  { name: "ID token without an end", refusal: INVALID, tricks: claims(without("exp")) },
  { name: "ID token without a beginning", refusal: INVALID, tricks: claims(without("iat")) },
  {
    name: "ID token of more than a minute ahead",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, iat: (it.iat ?? 0) + 62 })),
  },
  { name: "ID token without a subject", refusal: INVALID, tricks: claims(without("sub")) },
  {
    name: "ID token with an empty subject",
    refusal: INVALID,
    tricks: claims((it) => ({ ...it, sub: "" })),
  },
  {
    name: "ID token without sid where one is required",
    refusal: [400, "sid-missing"],
    oidc: { requireSid: true },
    tricks: claims(without("sid")),
  },
  {
    name: "a user that the application does not know",
    refusal: [403, "user-refused"],
    oidc: { userId: () => undefined },
  },
  {
    name: "a code that the provider does not take",
    refusal: [400, "code-refused"],
    tricks: () => ({
      answer: (path) =>
        path === "/token" ? Response.json({ error: "invalid_grant" }, { status: 400 }) : undefined,
    }),
  },
  {
    name: "a client that the provider does not know",
    refusal: [503, "provider-down"],
    tricks: () => ({
      answer: (path) =>
        path === "/token" ? Response.json({ error: "invalid_client" }, { status: 401 }) : undefined,
    }),
  },
  {
    name: "a provider that fails",
    refusal: [503, "provider-down"],
    tricks: () => ({
      answer: (path) => (path === "/token" ? new Response("oh", { status: 500 }) : undefined),
    }),
  },
  {
    name: "a provider that cannot be reached",
    refusal: [503, "provider-down"],
    tricks: () => ({
      answer: (path) => {
        if (path === "/token") throw new TypeError("fetch failed");
        return undefined;
      },
    }),
  },
  {
    name: "a provider whose keys cannot be reached",
    refusal: [503, "provider-down"],
    tricks: () => ({
      answer: (path) => (path === "/jwks" ? new Response("oh", { status: 500 }) : undefined),
    }),
  },
];

async function refuseTokens({ refusal, tricks, oidc = {} }: Omit<TokenCase, "name">) {
  const bench = await loginBench({ oidc });
  const browser = new Browser();
  Object.assign(bench.issuer.tricks, await tricks?.(bench));
  const params = await bench.begin(browser);
  await expectRefusal(bench, browser, await bench.finish(browser, params), refusal);
  // Its login is over: the cookie has gone, and the answer is worth nothing any more.
  expect(browser.cookies.size).toBe(0);
}

describe("what the provider issues is refused", () => {
  test.each(TOKENS)("$name", refuseTokens);

  test("ID token with alg none", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: () => ({ idToken: (it) => `${part({ alg: "none" })}.${part(it)}.` }),
    }));

  test("ASVS 6.8.2, ID token signed by a key that is not the provider's", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: async ({ issuer }) => {
        const { privateKey } = await generateKeyPair("RS256");
        return { idToken: (it) => issuer.sign(it, {}, privateKey) };
      },
    }));

  test("ASVS 10.5.3, ID token of the same issuer with a slash", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: claims((it) => ({ ...it, iss: `${it.iss}/` })),
    }));

  test("ASVS 10.5.4, ID token for another audience", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: claims((it) => ({ ...it, aud: "other" })),
    }));

  test("ASVS 10.5.4, ID token for another audience beside ours", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: claims((it) => ({ ...it, aud: ["shop", "other"], azp: "shop" })),
    }));

  test("ASVS 10.5.1, ID token without nonce", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: claims(without("nonce")),
    }));

  test("ASVS 10.5.1, ID token with the nonce of another login", () =>
    refuseTokens({
      refusal: INVALID,
      tricks: claims((it) => ({ ...it, nonce: "another" })),
    }));

  test("ASVS 7.6.1, an authentication older than maxAuthAge", () =>
    refuseTokens({
      refusal: [403, "auth-too-old"],
      oidc: { maxAuthAge: "1h" },
      tricks: claims((it) => ({ ...it, auth_time: (it.iat ?? 0) - 3600 - 61 })),
    }));

  test("ASVS 6.8.4, maxAuthAge and no auth_time", () =>
    refuseTokens({
      refusal: [403, "auth-too-old"],
      oidc: { maxAuthAge: "1h" },
      tricks: claims(without("auth_time")),
    }));

  test("ASVS 6.8.4, another acr than required", () =>
    refuseTokens({
      refusal: [403, "acr-insufficient"],
      oidc: { requireAcr: ["2fa"] },
      tricks: claims((it) => ({ ...it, acr: "pwd" })),
    }));

  test("ASVS 6.8.4, requireAcr and no acr", () =>
    refuseTokens({
      refusal: [403, "acr-insufficient"],
      oidc: { requireAcr: ["2fa"] },
    }));

  test("at the limits of what two clocks may differ it is not", async () => {
    const bench = await loginBench({ oidc: { maxAuthAge: "1h" } });
    bench.issuer.tricks.claims = (it) => ({
      ...it,
      exp: (it.iat ?? 0) - 59,
      iat: (it.iat ?? 0) + 59,
      auth_time: (it.iat ?? 0) - 3600 - 59,
    });
    expect((await bench.login(new Browser())).status).toBe(303);
  });
});

const STATE = [400, "response-invalid"] as const;

interface AnswerCase {
  readonly name: string;
  readonly refusal: readonly [number, string];
  readonly change: (params: URLSearchParams) => void;
  readonly metadata?: Record<string, unknown>;
}

const ANSWERS: readonly AnswerCase[] = [
  { name: "without state", refusal: STATE, change: (it) => it.delete("state") },
  { name: "with an empty state", refusal: STATE, change: (it) => it.set("state", "") },
  { name: "with two states", refusal: STATE, change: (it) => it.append("state", "x") },
  {
    name: "with another state",
    refusal: [400, "transaction-missing"],
    change: (it) => it.set("state", "x"),
  },
  { name: "without a code", refusal: STATE, change: (it) => it.delete("code") },
  { name: "with two codes", refusal: STATE, change: (it) => it.append("code", "x") },
  {
    name: "of another issuer (mix-up, RFC 9207)",
    refusal: STATE,
    change: (it) => it.set("iss", "https://evil.example"),
  },
  {
    name: "with two issuers",
    refusal: STATE,
    change: (it) => {
      it.append("iss", "https://id.example.com");
      it.append("iss", "https://evil.example");
    },
  },
  {
    name: "without an issuer, of a provider that always names itself",
    refusal: STATE,
    change: () => undefined,
    metadata: { authorization_response_iss_parameter_supported: true },
  },
  {
    name: "with an ID token in the URL",
    refusal: STATE,
    change: (it) => it.set("id_token", "secret-token"),
  },
  {
    name: "with an access token in the URL",
    refusal: STATE,
    change: (it) => it.set("access_token", "secret-token"),
  },
  { name: "as a JARM response", refusal: STATE, change: (it) => it.set("response", "secret-jwt") },
  {
    name: "with the user's no",
    refusal: [403, "login-denied"],
    change: (it) => it.set("error", "access_denied"),
  },
  {
    name: "with another error",
    refusal: [400, "provider-refused"],
    change: (it) => it.set("error", "invalid_scope"),
  },
  {
    name: "with an error that is markup",
    refusal: [400, "provider-refused"],
    change: (it) => it.set("error", "<script>alert(1)</script>"),
  },
  {
    name: "of a provider that is overloaded",
    refusal: [503, "provider-down"],
    change: (it) => it.set("error", "temporarily_unavailable"),
  },
  {
    name: "with an error of another issuer",
    refusal: STATE,
    change: (it) => {
      it.set("iss", "https://evil.example");
      it.set("error", "access_denied");
    },
  },
];

describe("an answer is refused", () => {
  test.each(ANSWERS)("$name", async ({ refusal, change, metadata }) => {
    const bench = await loginBench();
    if (metadata) bench.issuer.tricks.metadata = metadata;
    const browser = new Browser();
    const params = await bench.begin(browser);
    change(params);
    await expectRefusal(bench, browser, await bench.finish(browser, params), refusal);
    expect(bench.issuer.calls).not.toContain("/token");
  });
});

describe("a login belongs to the browser that began it", () => {
  test("ASVS 10.1.2, another browser's answer is refused", async () => {
    const bench = await loginBench();
    const params = await bench.begin(new Browser());
    const victim = new Browser();
    const answer = await bench.finish(victim, params);
    await expectRefusal(bench, victim, answer, [400, "transaction-missing"]);
  });

  test("another browser's answer is refused while a login of its own is under way", async () => {
    const bench = await loginBench();
    const params = await bench.begin(new Browser());
    const victim = new Browser();
    await bench.begin(victim);
    const answer = await bench.finish(victim, params);
    await expectRefusal(bench, victim, answer, [400, "transaction-missing"]);
    expect(bench.issuer.calls).not.toContain("/token");
  });

  test("a cookie under the name of another login is refused", async () => {
    const bench = await loginBench();
    const attacker = new Browser();
    const params = await bench.begin(attacker);
    const victim = new Browser();
    await bench.begin(victim);
    const [name = ""] = attacker.cookies.keys();
    const [seal = ""] = victim.cookies.values();
    victim.cookies.set(name, seal);
    const answer = await bench.finish(victim, params);
    await expectRefusal(bench, victim, answer, [400, "transaction-missing"]);
  });

  test("a cookie that somebody has changed is refused", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const params = await bench.begin(browser);
    const [[name = "", seal = ""] = []] = browser.cookies;
    browser.cookies.set(name, `${seal.slice(0, -5)}AAAAA`);
    const answer = await bench.finish(browser, params);
    await expectRefusal(bench, browser, answer, [400, "transaction-missing"]);
  });

  test("ASVS 10.1.2, an answer that comes twice is refused, to a browser that has kept its cookie too", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const params = await bench.begin(browser);
    const twin = browser.copy();
    expect((await bench.finish(browser, params)).status).toBe(303);
    const again = await bench.finish(twin, params);
    await expectRefusal(bench, twin, again, [400, "transaction-replayed"]);
  });

  test("ASVS 10.1.2, of two that come at once one is refused", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const params = await bench.begin(browser);
    const twin = browser.copy();
    const answers = await Promise.all([bench.finish(browser, params), bench.finish(twin, params)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400]);
  });

  test("ASVS 10.1.2, an answer after ten minutes is refused, one before is not", async () => {
    const bench = await loginBench();
    const [early, late] = [new Browser(), new Browser()];
    const [first, second] = [await bench.begin(early), await bench.begin(late)];
    bench.pass(10 * MINUTE - 1);
    expect((await bench.finish(early, first)).status).toBe(303);
    bench.pass(1);
    const answer = await bench.finish(late, second);
    await expectRefusal(bench, late, answer, [400, "transaction-expired"]);
  });

  test("ASVS 10.2.2, what was begun at one provider does not end at another", async () => {
    const one = await loginBench();
    const other = await loginBench({ oidc: { issuer: "https://other.example.com" } });
    const browser = new Browser();
    const params = await one.begin(browser);
    other.issuer.tricks.metadata = { issuer: "https://other.example.com" };
    const answer = await other.finish(browser, params);
    await expectRefusal(other, browser, answer, [400, "transaction-missing"]);
  });

  test("several tabs end their logins in any order", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const tabs = [];
    for (const path of ["/a", "/b", "/c"]) {
      tabs.push(await bench.begin(browser, `/auth/login?returnTo=${path}`));
    }
    const targets = [];
    for (const params of tabs.reverse()) {
      targets.push(headerIn(await bench.finish(browser, params), "location"));
    }
    expect(targets).toEqual(["/c", "/b", "/a"]);
    expect([...browser.cookies.keys()]).toEqual(["__Host-id"]);
  });

  test("a fifth login takes the place of the oldest", async () => {
    const bench = await loginBench();
    const browser = new Browser();
    const tabs = [];
    for (let at = 0; at < 5; at++) {
      tabs.push(await bench.begin(browser));
      bench.pass(1);
      expect(browser.cookies.size).toBe(Math.min(at + 1, 4));
    }
    const [first = new URLSearchParams(), second = first] = tabs;
    const answer = await bench.finish(browser, first);
    await expectRefusal(bench, browser, answer, [400, "transaction-missing"]);
    expect((await bench.finish(browser, second)).status).toBe(303);
  });
});

describe("G10 a store that fails", () => {
  test("that of the connections: 503, nobody is logged in, and no session is left", async () => {
    const store = memoryStore();
    const bench = await loginBench({ oidc: { store } });
    const browser = new Browser();
    const params = await bench.begin(browser);
    const { create } = store;
    let count = 0;
    // The first is that of the login's one use.
    store.create = (record) => {
      if (count++ > 0) throw new Error("down");
      return create(record);
    };
    const answer = await bench.finish(browser, params);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([503, "no-store"]);
    expect(browser.cookies.size).toBe(0);
    expect(await bench.sessions.list("https://id.example.com|ann")).toEqual([]);
  });

  test("that of the sessions: 503, and what the client holds stays", async () => {
    const storage = memoryStore();
    const bench = await loginBench({ sessions: { storage } });
    const browser = new Browser();
    const session = await bench.session(browser);
    session.set("cart", ["apple"]);
    browser.keep(await bench.sessions.commit(session));
    const before = browser.cookies.get("__Host-id");
    const params = await bench.begin(browser);
    storage.update = () => {
      throw new Error("down");
    };
    const answer = await bench.finish(browser, params);
    expect([answer.status, headerIn(answer, "cache-control")]).toEqual([503, "no-store"]);
    expect(browser.cookies.get("__Host-id")).toBe(before);
    expect(cookiesIn(answer).filter((line) => line.startsWith("__Host-id="))).toEqual([]);
  });
});
