import { describe, expect, test } from "vitest";
import { opens, sealedBench } from "./testing/sealed-bench.ts";

const MINUTE = 60_000;

describe("G4 login ends fixation", () => {
  test("G4 no rotation that is presented in the same moment outlives a login", async () => {
    const it = sealedBench({ asynchronous: true });
    const attacker = it.browser();
    await attacker.visit((session) => session.set("planted", 1));
    const victim = attacker.copy();
    await attacker.visit((session) => session.rotate());
    const known = [victim.token];
    // While the login is on its way: presents the rotated token, and has it rotated once more.
    it.around("create", "before", async () => {
      known.push(attacker.token);
      await attacker.visit((session) => session.rotate());
      known.push(attacker.token);
    });
    await victim.visit((session) => session.login("ada"));
    it.wait(1);
    const after = await victim.open();
    expect([after.userId, after.get("planted")]).toEqual(["ada", 1]);
    expect(new Set(known).size).toBe(3);
    for (const token of known) expect(await opens(it.sessions, token)).toBe(false);
    it.wait(MINUTE);
    expect((await victim.open()).userId).toBe("ada");
  });
});

describe("G4 a token of before login stays worthless when the login has ended", () => {
  const LIMITED = { limits: { perUser: 1 } } as const;

  test.each(["revoked", "evicted", "logged out"])("G4 %s", async (how) => {
    const it = sealedBench({ ...LIMITED, asynchronous: true });
    const browser = it.browser();
    await browser.visit((session) => session.set("planted", 1));
    const before = browser.token;
    await browser.visit((session) => session.login("ada"));
    const after = browser.token;
    it.wait(1);
    if (how === "revoked") expect(await it.sessions.revokeUser("ada")).toBe(1);
    if (how === "evicted") await it.browser().visit((session) => session.login("ada"));
    if (how === "logged out") await browser.visit((session) => session.destroy());
    expect(await opens(it.sessions, after)).toBe(false);
    expect(await opens(it.sessions, before)).toBe(false);
    expect(await it.sessions.list("ada")).toHaveLength(how === "evicted" ? 1 : 0);
  });
});
