import { describe, expect, test } from "vitest";
import type { OidcOptions } from "../options/options.ts";
import { Browser, type Data, loginBench } from "../testing/login-bench.ts";

const MINUTE = 60_000;

async function signedIn(oidc: Partial<OidcOptions<Data>> = {}, tokens?: Record<string, unknown>) {
  const bench = await loginBench({ oidc });
  if (tokens) bench.issuer.tricks.tokens = tokens;
  const browser = new Browser();
  await bench.login(browser);
  const session = await bench.session(browser);
  const grants = () => bench.issuer.calls.filter((path) => path === "/token").length - 1;
  return { bench, browser, session, grants, token: () => bench.oidc.accessToken(session) };
}

const refusal = (error: string, status = 400) => ({
  answer: (path: string) => (path === "/token" ? Response.json({ error }, { status }) : undefined),
});

describe("an access token", () => {
  test("is that of the login as long as it is good, to half a minute before its end", async () => {
    const { bench, grants, token } = await signedIn();
    bench.pass(4.5 * MINUTE - 1);
    expect([await token(), grants()]).toEqual(["secret-access-1", 0]);
    bench.pass(1);
    expect([await token(), grants()]).toEqual(["secret-access-2", 1]);
    expect(bench.events.at(-1)?.[0]).toBe("tokens-renewed");
  });

  test("is renewed with the refresh token of the last time", async () => {
    const { bench, token } = await signedIn();
    const used: (string | null)[] = [];
    bench.issuer.tricks.answer = (path, body) => {
      if (path === "/token") used.push(body.get("refresh_token"));
      return undefined;
    };
    bench.pass(5 * MINUTE);
    await token();
    bench.pass(5 * MINUTE);
    await token();
    expect(used).toEqual(["secret-refresh-1", "secret-refresh-2"]);
  });

  test("of a provider that does not rotate is renewed with the same one", async () => {
    const { bench, token } = await signedIn();
    bench.issuer.tricks.tokens = { refresh_token: undefined };
    bench.pass(5 * MINUTE);
    expect(await token()).toBe("secret-access-2");
    bench.pass(5 * MINUTE);
    expect(await token()).toBe("secret-access-3");
  });

  test("that says no end is not renewed", async () => {
    const { bench, grants, token } = await signedIn({}, { expires_in: undefined });
    bench.pass(20 * MINUTE);
    expect([await token(), grants()]).toEqual(["secret-access-1", 0]);
  });

  test.each(["1s", "5s", "60s"] as const)(
    "is renewed under a claim that outlasts three requests of %s: for metadata, tokens and keys",
    async (timeout) => {
      const { bench, session, token } = await signedIn({ timeout });
      bench.pass(5 * MINUTE);
      let until = 0;
      bench.issuer.tricks.answer = async () => {
        const { state = "{}" } = (await bench.store.read(session.id)) ?? {};
        until = JSON.parse(state).renewingUntil;
        return undefined as never;
      };
      await token();
      expect(until - bench.clock()).toBeGreaterThan(3 * Number.parseInt(timeout, 10) * 1000);
    },
  );

  test("RFC 8707, names its resource with the code and with every renewal", async () => {
    const resource = "https://api.example.com";
    const bench = await loginBench({ oidc: { parameters: { resource, audience: "other" } } });
    const forms: URLSearchParams[] = [];
    bench.issuer.tricks.answer = (path, body) => {
      if (path === "/token") forms.push(body);
      return undefined;
    };
    const browser = new Browser();
    await bench.login(browser);
    bench.pass(5 * MINUTE);
    await bench.oidc.accessToken(await bench.session(browser));
    expect(forms.map((form) => form.get("grant_type"))).toEqual([
      "authorization_code",
      "refresh_token",
    ]);
    expect(forms.map((form) => form.get("resource"))).toEqual([resource, resource]);
    expect(forms.map((form) => form.get("audience"))).toEqual([null, null]);
  });

  test("a hundred that ask at once cause one request", async () => {
    const { bench, session, grants } = await signedIn();
    bench.pass(5 * MINUTE);
    const all = Array.from({ length: 100 }, () => bench.oidc.accessToken(session));
    expect(new Set(await Promise.all(all))).toEqual(new Set(["secret-access-2"]));
    expect(grants()).toBe(1);
  });

  test("63C section 4.7: to ask makes no session longer", async () => {
    const { bench, browser, session, token } = await signedIn();
    const { expiresAt } = session;
    bench.pass(5 * MINUTE);
    await token();
    expect((await bench.session(browser)).expiresAt).toBe(expiresAt);
    bench.pass(25 * MINUTE);
    expect((await bench.session(browser)).userId).toBeUndefined();
  });
});

describe("there is none", () => {
  test("for nobody", async () => {
    const bench = await loginBench();
    const session = await bench.session(new Browser());
    await expect(bench.oidc.accessToken(session)).rejects.toMatchObject({
      code: "signed-out",
      status: 401,
    });
  });

  test("for who has logged in otherwise", async () => {
    const bench = await loginBench();
    const session = await bench.session(new Browser());
    session.login("ann");
    await bench.sessions.commit(session);
    await expect(bench.oidc.accessToken(session)).rejects.toMatchObject({ code: "signed-out" });
    expect(await bench.oidc.identity(session)).toBeUndefined();
  });

  test("while the user acts for another one: it would be the actor's", async () => {
    const { bench, browser } = await signedIn();
    const session = await bench.session(browser);
    session.actAs("bob");
    browser.keep(await bench.sessions.commit(session));
    const acting = await bench.session(browser);
    await expect(bench.oidc.accessToken(acting)).rejects.toMatchObject({ code: "no-token" });
    expect(await bench.oidc.identity(acting)).toBeUndefined();
    acting.stopActing();
    browser.keep(await bench.sessions.commit(acting));
    expect(await bench.oidc.accessToken(await bench.session(browser))).toBe("secret-access-1");
  });

  test("without a refresh token once it is over", async () => {
    const { bench, token } = await signedIn({}, { refresh_token: undefined });
    expect(await token()).toBe("secret-access-1");
    bench.pass(5 * MINUTE);
    await expect(token()).rejects.toMatchObject({ code: "no-token", status: 401 });
  });

  test("9700 section 2.2, of a grant that is over: the session ends", async () => {
    const { bench, browser, token } = await signedIn();
    bench.pass(5 * MINUTE);
    Object.assign(bench.issuer.tricks, refusal("invalid_grant"));
    await expect(token()).rejects.toMatchObject({ code: "signed-out" });
    expect((await bench.session(browser)).userId).toBeUndefined();
    expect(bench.events.map(([name]) => name)).toContain("grant-ended");
  });

  test("of a grant that is over with keep-session: the session lives on", async () => {
    const { bench, browser, token } = await signedIn({ onGrantEnd: "keep-session" });
    bench.pass(5 * MINUTE);
    Object.assign(bench.issuer.tricks, refusal("invalid_grant"));
    await expect(token()).rejects.toMatchObject({ code: "no-token" });
    expect((await bench.session(browser)).userId).toBeDefined();
  });

  test.each([
    ["that is down", { answer: () => new Response("oh", { status: 502 }) }],
    ["that does not know the client any more", refusal("invalid_client", 401)],
    [
      "that cannot be reached",
      {
        answer: () => {
          throw new TypeError("fetch failed");
        },
      },
    ],
  ])(
    "of a provider %s: 63C section 4.7, the session lives on, and so does a token that is not over yet",
    async (_, tricks) => {
      const { bench, browser, token } = await signedIn();
      Object.assign(bench.issuer.tricks, tricks);
      bench.pass(4.75 * MINUTE);
      expect(await token()).toBe("secret-access-1");
      bench.pass(0.25 * MINUTE);
      await expect(token()).rejects.toMatchObject({ code: "provider-down", status: 503 });
      expect((await bench.session(browser)).userId).toBeDefined();
      delete bench.issuer.tricks.answer;
      expect(await token()).toBe("secret-access-2");
    },
  );

  test("if the provider renews it for another user", async () => {
    const { bench, token } = await signedIn();
    bench.issuer.tricks.claims = (it) => ({ ...it, sub: "bob" });
    bench.pass(5 * MINUTE);
    await expect(token()).rejects.toMatchObject({ code: "id-token-invalid", detail: "sub" });
  });

  test("G15 no error tells a token", async () => {
    const { bench, token } = await signedIn();
    bench.pass(5 * MINUTE);
    bench.issuer.tricks.tokens = { token_type: "secret-type", id_token: "secret-id-token" };
    const error = await token().catch((it) => it);
    expect([error.code, error.cause]).toEqual(["provider-down", undefined]);
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 9 })).not.toMatch(/secret-/);
  });
});
