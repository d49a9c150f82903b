import { describe, expect, test } from "vitest";
import { explainRequests } from "../explain/explainer.ts";
import { generateKey } from "../sealed/key.ts";
import { sealed } from "../sealed/storage.ts";
import { bench, type Loose } from "../testing/bench.ts";
import type { SessionsOptions } from "./options.ts";
import type { Session } from "./session.ts";

const AHEAD = [
  { "sec-purpose": "prefetch" },
  { "sec-purpose": "prefetch;prerender" },
  { purpose: "prefetch" },
];

/** Somebody past `touchEvery`. */
async function pastTouch(options: SessionsOptions<Loose> = {}) {
  const { sessions, calls, wait, browser } = bench(options);
  const visitor = browser();
  await visitor.visit((session) => session.login("ann"));
  await visitor.visit(() => {});
  wait(61_000);
  calls.length = 0;
  /** A whole request that the browser makes ahead of its user. */
  const ahead = async <T>(work: (session: Session<Loose>) => T, headers = AHEAD[0]) => {
    const session = await visitor.open(headers);
    const result = work(session);
    return { result, said: await visitor.commit(session), session };
  };
  return { sessions, visitor, calls, wait, ahead };
}

describe("G1 what a browser asks ahead of its user", () => {
  test.each(AHEAD)("%o is no activity: one read, no write, no cookie", async (headers) => {
    const { visitor, calls, ahead } = await pastTouch();
    const { result, said } = await ahead((session) => session.userId, headers);
    expect([result, said, calls]).toEqual(["ann", [["vary", "Cookie"]], ["read"]]);
    await visitor.visit(() => {});
    expect(calls).toEqual(["read", "read", "touch"]);
  });

  test("keeps no session alive", async () => {
    const { wait, ahead } = await pastTouch();
    wait(28 * 60_000);
    expect((await ahead((session) => session.userId)).result).toBe("ann");
    wait(60_000);
    expect((await ahead((session) => session.userId)).result).toBeUndefined();
  });

  test("neither uses up what was left for the next page, nor sees it", async () => {
    const { visitor, ahead } = await pastTouch();
    await visitor.visit((session) => session.flash("notice", "saved"));
    const look = (session: Session<Loose>) => [session.has("notice"), session.get("notice")];
    expect((await ahead(look)).result).toEqual([false, undefined]);
    expect(await visitor.visit(look)).toEqual([true, "saved"]);
    expect(await visitor.visit(look)).toEqual([false, undefined]);
  });

  test("removes what was left, too, where its handler clears the session", async () => {
    const { visitor, ahead } = await pastTouch();
    await visitor.visit((session) => session.flash("notice", "saved"));
    await ahead((session) => session.clear());
    expect(await visitor.visit((session) => session.has("notice"))).toBe(false);
  });

  test("leaves a rotation that is under way as it is", async () => {
    const { visitor, calls, ahead } = await pastTouch();
    const before = visitor.copy();
    await visitor.visit((session) => session.rotate());
    calls.length = 0;
    await ahead(() => {});
    expect(calls).toEqual(["read"]);
    // The token from before is good until somebody has come with the new one.
    expect(await before.visit((session) => session.userId)).toBe("ann");
  });

  test("does what its handler asks for, all the same", async () => {
    const { visitor, calls, ahead } = await pastTouch();
    await ahead((session) => session.set("seen", 1));
    await ahead((session) => session.touch());
    expect(calls).toEqual(["read", "update", "read", "touch"]);
    expect(await visitor.visit((session) => session.get("seen"))).toBe(1);
  });

  test("is explained", async () => {
    const { sessions, ahead } = await pastTouch();
    const explainer = explainRequests(sessions);
    const { session } = await ahead(() => {});
    expect(explainer.of(session)?.decision).toEqual({
      code: "idle",
      says: "There was nothing to write. That the client was here was not noted: its browser asks ahead of its user.",
    });
  });

  test("makes no new token of a session that lives in it", async () => {
    const storage = sealed({ keys: generateKey(), revocation: "none" });
    const { visitor, ahead } = await pastTouch({ storage } as SessionsOptions<Loose>);
    expect((await ahead((session) => session.userId)).said).toEqual([["vary", "Cookie"]]);
    await visitor.visit(() => {});
    expect(visitor.setCookies).toHaveLength(1);
  });
});
