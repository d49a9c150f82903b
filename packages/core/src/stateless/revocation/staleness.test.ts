import { expect, test } from "vitest";
import { sealedBench } from "../testing/sealed-bench.ts";

test("with staleness an own write is seen at once, also by what was asked before it and answered after", async () => {
  for (const when of ["before", "after"] as const) {
    const it = sealedBench({ asynchronous: true, staleness: "5s" });
    const browser = it.browser();
    await browser.visit((session) => session.set("a", 1));
    it.wait(6_000);
    const other = browser.copy();
    const session = await browser.open();
    it.wait(6_000);
    session.destroy();
    // A read that was answered before the write, or that began while it was under way.
    let early: Promise<unknown> | undefined;
    it.around("create", when, () => {
      early = other.open();
    });
    await browser.commit(session);
    await early;
    expect((await other.open()).isNew, when).toBe(true);
  }
});

test("with staleness an own eviction is seen at once", async () => {
  const it = sealedBench({ limits: { perUser: 1 }, staleness: "5s" });
  const first = it.browser();
  await first.visit((session) => session.login("ada"));
  await first.open();
  it.wait(1);
  await it.browser().visit((session) => session.login("ada"));
  expect((await first.open()).isNew).toBe(true);
});
