import { expect, test } from "vitest";
import { Exchange } from "../exchange/exchange.ts";
import { generateKey, sealed } from "../sealed.ts";
import { type Browser, bench, START } from "../testing/bench.ts";
import { cookie, query } from "../transports.ts";
import { answerWithReport } from "./answer.ts";
import { describeSession } from "./report.ts";

const LATER = 10 * 60_000;

const requestOf = ({ token }: Browser) => ({ headers: { cookie: `__Host-id=${token}` } });

test("somebody acted for, and a step-up for as long as it holds", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  await browser.visit((session) => {
    session.actAs("bob");
    session.elevate("10m");
  });
  const report = await describeSession(it.sessions, requestOf(browser));
  expect(report).toMatchObject({ signedIn: true, userId: "bob", actorId: "ann" });
  expect(report.elevatedUntil).toBe(START + LATER);
  it.wait(LATER);
  expect((await describeSession(it.sessions, requestOf(browser))).elevatedUntil).toBeUndefined();
});

test("a session of which nobody knows whose it is has times, and nobody is signed in", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.set("cart", ["apple"]));
  const report = await describeSession(it.sessions, requestOf(browser));
  expect(report).toMatchObject({ signedIn: false, createdAt: START, id: expect.any(String) });
  expect(report.userId).toBeUndefined();
});

test("a sealed session is described from its cookie, and not renewed", async () => {
  const it = bench({ storage: sealed({ keys: generateKey(), revocation: "none" }) });
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  it.wait(LATER);
  const { headers } = await answerWithReport(it.sessions, requestOf(browser));
  expect(headers.map(([name]) => name)).not.toContain("set-cookie");
  const report = await describeSession(it.sessions, requestOf(browser));
  expect(report).toMatchObject({ userId: "ann", lastSeenAt: START, now: START + LATER });
});

test("what the application did to the session in the same request is saved", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  const request = requestOf(browser);
  const exchange = new Exchange(it.sessions, request, {});
  it.sessions.bind(request, exchange);
  (await exchange.load()).set("seen", true);
  await answerWithReport(it.sessions, request);
  await exchange.commit();
  expect((await browser.open()).get("seen")).toBe(true);
});

test("under a lazy plugin it loads nothing for the application, and costs one read", async () => {
  const it = bench();
  const browser = it.browser();
  await browser.visit((session) => session.login("ann"));
  it.wait(LATER);
  const request = requestOf(browser);
  const exchange = new Exchange(it.sessions, request, { lazy: true });
  it.sessions.bind(request, exchange);
  it.calls.length = 0;
  const { body } = await answerWithReport(it.sessions, request);
  await exchange.commit();
  expect(JSON.parse(body)).toMatchObject({ userId: "ann" });
  expect([it.calls, exchange.headers]).toEqual([["read"], []]);
});

test("a token in the URL stays there: the answer keeps it from Referer headers and caches", async () => {
  const it = bench({ transport: [cookie(), query("sid", { carries: "token" })] });
  const { headers } = await answerWithReport(it.sessions, { headers: {}, url: "/session?sid=x" });
  expect(headers).toContainEqual(["referrer-policy", "no-referrer"]);
});
