import { expect, test } from "vitest";
import { handOffBench } from "../testing/hand-off.ts";
import { cookie, query } from "../transports.ts";
import { explainRequests } from "./explainer.ts";
import type { Explanation } from "./explanation.ts";
import { codesOf, explained } from "./testing/explained.ts";

test.each([
  ["at once", false],
  ["by promises", true],
])("explain mode tells of a hand-off, over a store that answers %s", async (_, asynchronous) => {
  const it = await handOffBench({ asynchronous });
  const told: Explanation[] = [];
  const url = await it.link();
  explainRequests(it.sessions, (explanation) => told.push(explanation));
  await it.go(url);
  await it.go(url);
  expect(told.map(codesOf)).toEqual([
    "none | hand-off | start | set new-session",
    "none | hand-off-refused | idle | none no-write",
  ]);
  expect(told[0]?.caching.map(({ code }) => code)).toContain("secret-url");
  const code = new URL(url).searchParams.get("ticket") as string;
  expect(JSON.stringify(told) + told.join()).not.toContain(code);
});

test("explain mode tells of a token in the URL", async () => {
  const it = explained({ transport: [cookie(), query("sid", { carries: "token" })] });
  const token = await it.sessions.issue("ann");
  const visit = async (
    work: (session: Awaited<ReturnType<typeof it.sessions.open>>) => unknown,
  ) => {
    const session = await it.sessions.open({ url: `/?sid=${token}`, headers: {} });
    work(session);
    await it.sessions.commit(session);
    return it.last();
  };
  expect(await visit((session) => session.get("a"))).toBe("current | read | idle | none current");
  expect(it.told.at(-1)?.tokens[0]?.by).toBe("query sid");
  expect(await visit((session) => session.rotate())).toBe(
    "current | rotate | continue | none in-url",
  );
  expect(await visit((session) => session.destroy())).toBe("current | destroy | end | none in-url");
});
