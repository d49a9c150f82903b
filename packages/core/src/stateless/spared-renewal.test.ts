import { expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import { generateKey } from "../sealed/key.ts";
import { sealed } from "../sealed/storage.ts";
import { createSessions } from "../session/manager.ts";
import type { SessionsOptions } from "../session/options.ts";
import { memoryStore } from "../store/memory.ts";

/** A client past `touchEvery` whose revocation store answers the opening's read and no other one. */
async function pastTouch(options: SessionsOptions<{ n?: number }>) {
  let now = 1_000_000;
  const clock = (): number => now;
  const store = memoryStore({ clock });
  const keys = generateKey();
  const sessions = createSessions<{ n?: number }>({
    ...options,
    clock,
    storage: sealed({ keys, revocation: store }),
  });
  const token = await sessions.issue("ann");
  now += 60_000;
  const session = await sessions.open({ headers: { cookie: `__Host-id=${token}` } });
  let reads = 0;
  store.read = () => {
    reads += 1;
    throw new Error("down");
  };
  return { sessions, session, reads: () => reads };
}

test('G10 onStoreError "anonymous" serves a reader whose token cannot be made anew, without asking again', async () => {
  const { sessions, session, reads } = await pastTouch({ onStoreError: "anonymous" });
  expect(session.userId).toBe("ann");
  session.touch();
  // The second does not wait for the store again.
  for (const _ of [1, 2]) expect(await sessions.commit(session)).toEqual([["vary", "Cookie"]]);
  expect(reads()).toBe(1);
});

/** Rejects also where the core throws at once. */
const commit = async ({ sessions, session }: Awaited<ReturnType<typeof pastTouch>>) =>
  sessions.commit(session);

test("G10 a change is refused all the same, and so is everything by default", async () => {
  const anonymous = await pastTouch({ onStoreError: "anonymous" });
  anonymous.session.set("n", 1);
  await expect(commit(anonymous)).rejects.toThrow(SessionStoreError);
  await expect(commit(await pastTouch({}))).rejects.toThrow(SessionStoreError);
});
