import { expect, test } from "vitest";
import { createSessions } from "../../session/manager.ts";
import type { SessionId } from "../../token/token.ts";
import { memoryStore } from "../memory.ts";
import { lengthened, shortened } from "./state.ts";

/** What the core writes. */
async function stateOf(userId?: string): Promise<string> {
  const store = memoryStore();
  const sessions = createSessions({ storage: store });
  const session = await sessions.open({ headers: {} });
  if (userId) session.login(userId, { remember: true });
  else session.set("a", 1);
  await sessions.commit(session);
  return (await store.read(session.id as SessionId))?.state as string;
}

test("a state as the core writes it is a third shorter, and comes back to the letter", async () => {
  for (const state of [await stateOf(), await stateOf("ann")]) {
    const short = shortened(state);
    expect(short).toHaveLength(state.length - 39);
    expect(lengthened(short)).toBe(state);
  }
});

test("a state of any other form stays as it is", async () => {
  const state = await stateOf();
  const others = [
    "",
    "not json",
    "{}",
    state.slice(1),
    state.slice(0, 60),
    state.replace('"v":1', '"v":2'),
    state.replace('"hash":"', '"hash":"x'),
    state.replace('"lineage":"', '"lineage":"x'),
    state.replace("lineage", "linkage"),
    state.replace("endsAt", "endedAt"),
  ];
  for (const other of others) expect(shortened(other)).toBe(other);
});
