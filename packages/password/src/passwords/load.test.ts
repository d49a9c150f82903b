import { describe, expect, test } from "vitest";
import { defaultConcurrency } from "../load/threads.ts";
import { CHEAP, cheap, held, settled } from "../testing/passwords.ts";

const name = (index: number) => `password number ${index}`;

describe("a storm of logins", () => {
  test("never more than `concurrency` at once, in the order of arrival", async () => {
    const { passwords, running, peak } = held({ concurrency: 3 });
    const order: string[] = [];
    const calls = Array.from({ length: 50 }, (_, index) =>
      passwords.verify(name(index), undefined),
    );
    for (let done = 0; done < 50; done++) {
      await settled();
      expect(running.length).toBe(Math.min(3, 50 - done));
      expect(passwords.load).toEqual({ running: running.length, waiting: Math.max(0, 47 - done) });
      order.push(running[0]?.password as string);
      running[0]?.end();
    }
    await Promise.all(calls);
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => name(index)));
    expect(peak).toEqual({ count: 3, memoryKiB: 3 * CHEAP.memoryKiB });
    expect(passwords.load).toEqual({ running: 0, waiting: 0 });
  });

  test("one too many fails at once, with when to come again, and the others are served", async () => {
    const { passwords, running } = held({ concurrency: 1, maxQueue: 2 });
    const calls = [0, 1, 2].map((it) => passwords.verify(name(it), undefined));
    const refused = await passwords.verify(name(3), undefined).catch((error) => error);
    expect(refused).toMatchObject({ code: "busy", status: 503, expose: false, retryAfter: 1 });
    await expect(passwords.hash(name(4))).rejects.toMatchObject({ code: "busy" });
    for (let done = 0; done < 3; done++) {
      await settled();
      running[0]?.end();
    }
    expect(await Promise.all(calls)).toEqual([{ ok: false }, { ok: false }, { ok: false }]);
  });

  test("a client that left gives up its place, and the one behind it moves up", async () => {
    const { passwords, running } = held({ concurrency: 1, maxQueue: 2 });
    const leaving = new AbortController();
    const first = passwords.verify(name(0), undefined);
    const second = passwords.verify(name(1), undefined, { signal: leaving.signal });
    const third = passwords.verify(name(2), undefined);
    leaving.abort("gone");
    await expect(second).rejects.toMatchObject({ code: "aborted", status: 503, cause: "gone" });
    const fourth = passwords.verify(name(3), undefined);
    for (const expected of [0, 2, 3]) {
      await settled();
      expect(running.map((it) => it.password)).toEqual([name(expected)]);
      running[0]?.end();
    }
    await Promise.all([first, third, fourth]);
  });

  test("what is aborted before it came does nothing; what runs is finished", async () => {
    const { passwords, running } = held({ concurrency: 1 });
    const signal = AbortSignal.abort("gone");
    await expect(passwords.hash(name(0), { signal })).rejects.toMatchObject({ code: "aborted" });
    expect(running).toEqual([]);
    const late = new AbortController();
    const call = passwords.verify(name(1), undefined, { signal: late.signal });
    await settled();
    late.abort();
    running[0]?.end();
    expect(await call).toEqual({ ok: false });
    expect(passwords.load).toEqual({ running: 0, waiting: 0 });
  });

  test("hashes that need more memory share the bound, and are not overtaken", async () => {
    const heavy = await cheap({ argon2: { ...CHEAP, memoryKiB: 150 } }).hash("a heavy password");
    const { passwords, running, peak } = held({ concurrency: 3, maxStoredKiB: 150 });
    expect(passwords.memoryBound).toBe(3 * CHEAP.memoryKiB * 1024);
    const calls = [undefined, heavy, undefined, undefined, heavy].map((stored, index) =>
      passwords.verify(name(index), stored),
    );
    await settled();
    // 64 + 150 are more than 192: the heavy one waits, and those behind it do.
    expect(running.map((it) => it.memoryKiB)).toEqual([64]);
    running[0]?.end();
    await settled();
    expect(running.map((it) => it.memoryKiB)).toEqual([150]);
    running[0]?.end();
    await settled();
    expect(running.map((it) => it.memoryKiB)).toEqual([64, 64]);
    running[0]?.end();
    running[0]?.end();
    await settled();
    running[0]?.end();
    await Promise.all(calls);
    expect(peak.memoryKiB).toBeLessThanOrEqual(192);
  });

  test("a hash is replaced in the turn of its login, though the queue is full", async () => {
    const old = await cheap().hash("an old password");
    const raised = cheap({ argon2: { ...CHEAP, passes: 2 }, concurrency: 1, maxQueue: 1 });
    const [first, second] = await Promise.all([
      raised.verify("an old password", old),
      raised.verify("an old password", old),
    ]);
    for (const it of [first, second]) expect(it?.upgraded).toMatch(/t=2/);
  });

  test("as many at once as there are cores, and a thread of the pool stays free", () => {
    expect(defaultConcurrency(1, undefined)).toBe(1);
    expect(defaultConcurrency(2, undefined)).toBe(2);
    expect(defaultConcurrency(64, undefined)).toBe(3);
    expect(defaultConcurrency(64, "16")).toBe(15);
    expect(defaultConcurrency(8, "16")).toBe(8);
    expect(defaultConcurrency(8, "1")).toBe(1);
    for (const it of ["", "0", "-4", "many"]) expect(defaultConcurrency(8, it)).toBe(3);
  });
});
