import { expect, test } from "vitest";
import type { Session } from "../session/session.ts";
import { sealedBench } from "../stateless/testing/sealed-bench.ts";
import { bench, type Loose } from "../testing/bench.ts";
import { csrfToken, verifyCsrf } from "./token.ts";

const kinds = [
  ["a store", () => bench()],
  ["sealed cookies", () => sealedBench()],
] as const;
const deeds: [string, (session: Session<Loose>) => void][] = [
  ["login", (session) => session.login("ann")],
  ["step-up", (session) => session.elevate("5m")],
  ["user to act for", (session) => session.actAs("bob")],
];

test.each(
  kinds.flatMap(([kind, start]) => deeds.map(([what, deed]) => ({ kind, start, what, deed }))),
)(
  "with $kind: a token of after a $what, in one request, is good in the next",
  async ({ start, deed }) => {
    const { browser: open, wait } = start();
    const browser = open();
    await browser.visit((session) => session.login("ann"));
    wait(60_000);
    const before = await browser.visit(csrfToken);
    const token = await browser.visit((session) => {
      deed(session);
      return csrfToken(session);
    });
    expect(await browser.visit((session) => verifyCsrf(session, token))).toBe(true);
    expect(await browser.visit((session) => verifyCsrf(session, before))).toBe(false);
  },
);
