import { expect, test } from "vitest";
import { rememberMe } from "../remember.ts";
import { generateKey } from "../sealed/key.ts";
import { sealed } from "../sealed/storage.ts";
import { memoryStore } from "../store/memory.ts";
import { createSessions } from "./manager.ts";

test("a manager says whether it can end a session without its token", async () => {
  const keys = generateKey();
  expect(createSessions().revocable).toBe(true);
  const remembering = sealed({ keys, revocation: memoryStore() });
  expect(createSessions({ storage: remembering }).revocable).toBe(true);
  const forgetful = createSessions({ storage: sealed({ keys, revocation: "none" }) });
  expect(forgetful.revocable).toBe(false);
  const { id } = await forgetful.open({ headers: {} });
  await expect(forgetful.revoke(id)).rejects.toThrow(/revocation store/);
});

test("a manager says how long a session may last, with the token that brings it back", () => {
  const hour = 3_600_000;
  expect(createSessions().longest).toBe(12 * hour);
  expect(createSessions({ timeouts: { absolute: "1h" } }).longest).toBe(hour);
  const remember = rememberMe({ store: memoryStore(), lifetime: "30d" });
  expect(createSessions({ remember }).longest).toBe(30 * 24 * hour);
});
