import { describe, expect, test } from "vitest";
import { SessionConfigError, SessionError } from "../errors.ts";
import { bench } from "../testing/bench.ts";
import { bearer, cookie, header, query } from "../transports.ts";
import { guardOf } from "./guard.ts";
import type { GuardOptions } from "./options.ts";
import { RefusedError } from "./refused.ts";
import type { GuardedRequest } from "./request.ts";
import { freshLoginRequired, type Requirement, userRequired } from "./requirement.ts";

const NAVIGATION = { "sec-fetch-mode": "navigate", accept: "text/html,*/*;q=0.8" };
const OLD_BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const FETCH = { "sec-fetch-mode": "cors", accept: "*/*" };
const LOGIN = { loginUrl: "/login" };

async function refusalOf(
  request: Partial<GuardedRequest>,
  options: GuardOptions = {},
  requirement: Requirement = userRequired,
): Promise<RefusedError> {
  const session = await bench().sessions.open({ headers: {} });
  const refused = guardOf(requirement, options)(session, { headers: {}, url: "/", ...request });
  if (!refused) throw new Error("not refused");
  return refused;
}

/** Somebody who has logged in so long ago. */
async function visitorSince(ms: number) {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  it.wait(ms);
  return browser.open();
}

const fieldOf = (refused: RefusedError, name: string) =>
  refused.answer.headers.find(([it]) => it === name)?.[1];
const locationOf = async (...args: Parameters<typeof refusalOf>) =>
  fieldOf(await refusalOf(...args), "location");

test("who is logged in passes", async () => {
  expect(guardOf(userRequired)(await visitorSince(0), { headers: {} })).toBeUndefined();
});

test("G18 the answer to a guard's question depends on the cookie", async () => {
  const it = bench();
  const session = await it.sessions.open({ headers: {} });
  guardOf(userRequired)(session, { headers: {} });
  expect(await it.sessions.commit(session)).toEqual([["vary", "Cookie"]]);
});

test("nobody is a 401 with problem details", async () => {
  const refused = await refusalOf({ headers: FETCH });
  expect(refused).toBeInstanceOf(SessionError);
  expect(refused).toMatchObject({ code: "unauthenticated", status: 401, expose: true });
  expect(refused.answer.status).toBe(401);
  expect(JSON.parse(refused.answer.body)).toEqual({
    type: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
    title: "Unauthorized",
    status: 401,
    detail: "Nobody is logged in.",
    code: "unauthenticated",
  });
  expect(refused.answer.headers).toEqual([
    ["cache-control", "no-store"],
    ["vary", "Sec-Fetch-Mode"],
    ["vary", "Accept"],
    ["content-type", "application/problem+json"],
    ["www-authenticate", 'Cookie realm="session"'],
  ]);
});

describe("ASVS 7.5.1: a fresh login", () => {
  const guard = guardOf(freshLoginRequired("10m"), LOGIN);

  test("ASVS 7.5.1: passes up to the last millisecond, and not after it", async () => {
    expect(guard(await visitorSince(600_000), { headers: FETCH })).toBeUndefined();
    expect(guard(await visitorSince(600_001), { headers: FETCH })).toBeInstanceOf(RefusedError);
  });

  test("ASVS 7.5.1: a stale one is told how fresh it has to be, and where", async () => {
    const refused = guard(await visitorSince(700_000), { headers: FETCH });
    expect(refused).toMatchObject({ code: "stale-login", status: 401 });
    expect(refused?.problem).toEqual({
      type: "https://www.rfc-editor.org/rfc/rfc9470#section-3",
      title: "Unauthorized",
      status: 401,
      detail: "This takes a more recent login: log in again.",
      code: "stale-login",
      max_age: 600,
      login_url: "/login?reason=stale-login",
    });
    expect(refused?.headers["www-authenticate"]).toBe(
      'Cookie realm="session", error="insufficient_user_authentication", error_description="This takes a more recent login: log in again.", max_age="600"',
    );
  });

  test("ASVS 7.5.1: a page goes to the login with the reason and the way back", async () => {
    const request = { headers: NAVIGATION, url: "/account/email?tab=1" };
    const refused = guard(await visitorSince(700_000), request);
    expect(refused?.answer).toMatchObject({ status: 303, body: "" });
    expect(refused && fieldOf(refused, "location")).toBe(
      "/login?returnTo=%2Faccount%2Femail%3Ftab%3D1&reason=stale-login",
    );
  });

  test("ASVS 7.5.1: nobody is told to log in, which is fresh then", async () => {
    const refused = await refusalOf({ headers: FETCH }, LOGIN, freshLoginRequired("10m"));
    expect(refused.problem).toMatchObject({ code: "unauthenticated", max_age: 600 });
    expect(refused.problem.login_url).toBe("/login");
  });

  test("anything but a duration does not construct", () => {
    for (const wrong of [600, "10 minutes", "", undefined, null]) {
      expect(() => freshLoginRequired(wrong as never)).toThrow(SessionConfigError);
      expect(() => freshLoginRequired(wrong as never)).toThrow("requireFreshLogin(within)");
    }
  });
});

describe("a page goes to the login, a script gets the problem", () => {
  test.each([
    ["a navigation", { headers: NAVIGATION }],
    ["a navigation with HEAD", { method: "HEAD", headers: NAVIGATION }],
    ["a form that is submitted", { method: "POST", headers: NAVIGATION }],
    ["a browser without fetch metadata", { headers: OLD_BROWSER }],
    ["text/html above JSON", { headers: { accept: "application/json;q=0.8, text/html" } }],
  ])("page: %s", async (_, request) => {
    expect((await refusalOf(request, LOGIN)).answer.status).toBe(303);
    expect((await refusalOf(request)).answer.status).toBe(401);
  });

  test.each([
    ["fetch()", { headers: FETCH }],
    ["fetch() that asks for HTML", { headers: { ...FETCH, accept: "text/html" } }],
    ["no header at all", {}],
    ["a tool that takes anything", { headers: { accept: "*/*" } }],
    ["JSON above text/html", { headers: { accept: "text/html;q=0.5, application/json" } }],
    ["JSON as good as text/html", { headers: { accept: "text/html, application/json" } }],
    ["text/html that is not wanted", { headers: { accept: "text/html;q=0, */*" } }],
    ["a weight that is none", { headers: { accept: "text/html;q=high" } }],
    ["an image", { headers: { "sec-fetch-mode": "no-cors", accept: "image/*" } }],
    ["a WebSocket", { headers: { "sec-fetch-mode": "websocket" } }],
    ["an unsafe method of an old browser", { method: "POST", headers: OLD_BROWSER }],
    ["another unsafe method", { method: "DELETE", headers: OLD_BROWSER }],
  ])("script: %s", async (_, request) => {
    const { answer } = await refusalOf(request, LOGIN);
    expect([answer.status, JSON.parse(answer.body).login_url]).toEqual([401, "/login"]);
  });
});

describe("the way back", () => {
  const from = (referer: string) => ({ host: "shop.example", referer });

  test("is the page that was asked for", async () => {
    const location = await locationOf({ headers: NAVIGATION, url: "/a/b?c=d&e=f" }, LOGIN);
    expect(location).toBe("/login?returnTo=%2Fa%2Fb%3Fc%3Dd%26e%3Df");
  });

  test.each([
    ["//evil.example"],
    ["/\\evil.example"],
    ["https://evil.example/"],
    [`/${"a".repeat(3000)}`],
  ])("is left out where it is no path of ours: %s", async (url) => {
    expect(await locationOf({ headers: NAVIGATION, url }, LOGIN)).toBe("/login");
  });

  test("of a form or a script is the page it is on", async () => {
    const referer = from("https://shop.example/form?step=2#top");
    const form = { method: "POST", url: "/save", headers: { ...NAVIGATION, ...referer } };
    expect(await locationOf(form, LOGIN)).toBe("/login?returnTo=%2Fform%3Fstep%3D2");
    const script = { url: "/api/cart", headers: { ...FETCH, ...referer } };
    expect((await refusalOf(script, LOGIN)).problem.login_url).toBe(
      "/login?returnTo=%2Fform%3Fstep%3D2",
    );
  });

  test.each([
    ["https://evil.example/form"],
    ["https://shop.example.evil.example/form"],
    ["https://shop.example:8443/form"],
    ["https://user@shop.example//evil.example/"],
    ["/form"],
    ["about:blank"],
    [""],
  ])("is left out where that is another site's, or nothing: %s", async (referer) => {
    const form = { method: "POST", url: "/save", headers: { ...NAVIGATION, ...from(referer) } };
    expect(await locationOf(form, LOGIN)).toBe("/login");
  });

  test("knows the host by the framework's word", async () => {
    const headers = { ...NAVIGATION, ...from("https://public.example/form") };
    const request = { method: "POST", headers, facts: { host: () => "public.example" } };
    expect(await locationOf(request, LOGIN)).toBe("/login?returnTo=%2Fform");
  });

  test("G15 does not take a token or a code in the URL along, be it the Referer's", async () => {
    const it = bench({
      cookie: { name: "id", secure: false },
      transport: [cookie(), query("ticket", { to: ["https://shop.example"] })],
    });
    const session = await it.sessions.open({ headers: {} });
    const guard = guardOf(userRequired, LOGIN);
    const direct = guard(session, { headers: NAVIGATION, url: "/a?ticket=secret" });
    const referer = from("https://shop.example/a?ticket=secret");
    const indirect = guard(session, { headers: { ...FETCH, ...referer }, url: "/api" });
    for (const refused of [direct, indirect]) expect(refused?.problem.login_url).toBe("/login");
  });

  test("has the name that the application gave it, beside what is there already", async () => {
    const options = { loginUrl: "/login?lang=de#form", returnToParameter: "next" };
    const location = await locationOf({ headers: NAVIGATION, url: "/a" }, options);
    expect(location).toBe("/login?lang=de&next=%2Fa#form");
  });

  test("may lead to a login on another host", async () => {
    const options = { loginUrl: "https://id.example/login" };
    const location = await locationOf({ headers: NAVIGATION, url: "/a" }, options);
    expect(location).toBe("https://id.example/login?returnTo=%2Fa");
  });

  test("does not send the login page to itself", async () => {
    const { answer } = await refusalOf({ headers: NAVIGATION, url: "/login?returnTo=%2Fa" }, LOGIN);
    expect(answer.status).toBe(401);
  });
});

test.each([
  ["cookie", [cookie()], "Cookie"],
  ["bearer", [bearer()], "Bearer"],
  ["a header", [header("x-session")], "Session"],
])("the challenge is of the way that the token travels: %s", async (_, transport, scheme) => {
  const session = await bench({ transport }).sessions.open({ headers: {} });
  const refused = guardOf(userRequired)(session, { headers: {} });
  expect(refused?.headers["www-authenticate"]).toBe(`${scheme} realm="session"`);
});

describe("options", () => {
  test.each([
    ["guard.loginUrl", { loginUrl: "//evil.example/login" }],
    ["guard.loginUrl", { loginUrl: "login" }],
    ["guard.loginUrl", { loginUrl: "javascript:alert(1)" }],
    ["guard.loginUrl", { loginUrl: "" }],
    ["guard.loginUrl", { loginUrl: 1 }],
    ["guard.loginUrl", { loginUrl: null }],
    ["guard.returnToParameter", { returnToParameter: "" }],
    ["guard.returnToParameter", { returnToParameter: 1 }],
    ["guard.loginURL", { loginURL: "/login" }],
    ["guard", null],
  ])("%s is checked at construction: %j", (option, options) => {
    let error: unknown;
    try {
      guardOf(userRequired, options as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SessionConfigError);
    expect(error).toMatchObject({ option });
  });
});

test("a requirement of the application's own is a few lines, and a 403 is one for pages too", async () => {
  const root: Requirement = (session) =>
    userRequired(session) ??
    (session.userId === "root"
      ? undefined
      : { code: "forbidden", status: 403, detail: "For root." });
  for (const headers of [FETCH, NAVIGATION]) {
    const refused = guardOf(root, LOGIN)(await visitorSince(0), { headers });
    expect(refused?.problem).toEqual({
      type: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
      title: "Forbidden",
      status: 403,
      detail: "For root.",
      code: "forbidden",
    });
    expect(refused?.answer.status).toBe(403);
    expect(refused?.headers["www-authenticate"]).toBeUndefined();
  }
});

describe("a login page that is guarded itself is not sent to itself for ever", () => {
  const host = { ...NAVIGATION, host: "app.example" };
  test.each([
    ["https://app.example/login", "/login?returnTo=%2F"],
    ["http://app.example/login", "/login"],
    ["https://app.example:443/login", "/login"],
    ["https://APP.example/a/../login", "/login"],
    ["/login", "http://app.example/login"],
  ])("%s, asked for as %s", async (loginUrl, url) => {
    const { answer } = await refusalOf({ headers: host, url }, { loginUrl });
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([401, "unauthenticated"]);
  });

  test.each([
    ["https://other.example/login", "/login"],
    ["https://app.example:8443/login", "/login"],
    ["https://app.example/login", "/account"],
  ])("%s is another page than %s", async (loginUrl, url) => {
    const { answer } = await refusalOf({ headers: host, url }, { loginUrl });
    expect(answer.status).toBe(303);
  });
});

test("what a requirement of one's own says fits into a header", async () => {
  const detail = 'Fünf "Minuten" \\ alt\r\nSet-Cookie: a=b \u2026';
  const refused = await refusalOf({ headers: FETCH }, {}, () => ({
    code: "stale-login",
    status: 401,
    detail,
  }));
  const challenge = fieldOf(refused, "www-authenticate") ?? "";
  expect(challenge).toMatch(
    /^Cookie realm="session", error="insufficient_user_authentication", error_description="[\x20\x21\x23-\x5b\x5d-\x7e]*"$/,
  );
  expect(refused.problem.detail).toBe(detail);
});
