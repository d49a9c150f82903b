import { inspect } from "node:util";
import { expect, test } from "vitest";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { type Browser, bench } from "../testing/bench.ts";
import { type Explainer, explainRequests } from "./explainer.ts";

/** All the ways in which an object ends up in a log or on a page. */
function spellings(value: unknown): string {
  const options = { depth: 20, showHidden: true, getters: true } as const;
  return [String(value), JSON.stringify(value), inspect(value), inspect(value, options)].join("\n");
}

test.each([
  ["in a store", () => bench()],
  ["in their token", () => sealedBench()],
])(
  "G15 no explanation, and no explainer, holds a token or a value, of sessions %s",
  async (_, make) => {
    const it = make();
    const seen: unknown[] = [];
    const secrets = new Set<string>();
    const explainer: Explainer = explainRequests(it.sessions, (explanation) => {
      seen.push(explanation);
    });
    const visit = async (
      browser: Browser,
      work: (it: Awaited<ReturnType<Browser["open"]>>) => unknown,
    ) => {
      const session = await browser.open();
      work(session);
      seen.push(explainer.of(session));
      await browser.commit(session);
      if (browser.token) secrets.add(browser.token.slice(23));
    };
    const browser = it.browser();
    await visit(browser, (session) => session.set("a", "a value"));
    const old = browser.copy();
    await visit(browser, (session) => session.rotate());
    await visit(browser, (session) => session.get("a"));
    await visit(browser, (session) => session.login("ada"));
    await visit(old, (session) => session.flash("note", "a value"));
    it.wait(11_000);
    await visit(old, (session) => session.get("note"));
    await visit(browser, (session) => session.destroy());
    const foreign = {
      method: "POST",
      headers: { cookie: `__Host-id=${old.token}`, origin: "https://evil.example" },
    };
    await (async () => it.sessions.open(foreign))().catch(() => {});
    seen.push(explainer.of(foreign), explainer);
    expect(secrets.size).toBeGreaterThan(2);
    const text = seen.map(spellings).join("\n");
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    expect(text).not.toContain("a value");
    // The same search finds what may be there.
    expect(text).toContain("The handler wrote a.");
    expect(text).toContain("cross-origin");
  },
);
