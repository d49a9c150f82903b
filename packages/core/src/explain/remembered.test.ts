import { expect, test } from "vitest";
import { rememberBench } from "../remember/testing/remember-bench.ts";
import { explainRequests } from "./explainer.ts";
import { codesOf } from "./testing/explained.ts";

test.each([
  ["is only read", "read | idle", (): void => {}],
  [
    "is written to",
    "wrote | continue",
    (session: { set(key: string, value: number): void }): void => session.set("a", 1),
  ],
] as const)("a session that a remember-me token opens and that %s", async (_, codes, work) => {
  const it = rememberBench();
  const { of: explanationOf } = explainRequests(it.sessions);
  const browser = it.browser();
  await browser.visit((session) => session.login("ada", { remember: true }));
  browser.close();
  const session = await browser.open();
  expect(session.userId).toBe("ada");
  work(session);
  await browser.commit(session);
  const explanation = explanationOf(session);
  expect(codesOf(explanation)).toBe(`remembered | ${codes} | set resumed`);
  expect(explanation?.response).toMatchObject({ header: "set-cookie" });
  expect(JSON.stringify(explanation)).not.toContain(browser.cookies.get("__Host-remember"));
});
