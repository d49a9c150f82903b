import { expect, test } from "vitest";
import type { SessionId } from "../../token/token.ts";
import type { SessionRecord } from "../contract.ts";
import { memoryStore } from "../memory.ts";

test("every answer is the same, with many sessions, users and words of all alphabets", async () => {
  let now = 0;
  const store = memoryStore({ clock: () => now });
  const model = new Map<string, SessionRecord>();
  let drawn = 7;
  const draw = (below: number): number => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn % below;
  };
  const live = (id: string) => {
    const found = model.get(id);
    return found && found.expiresAt > now ? found : undefined;
  };
  const ofUser = (userId: string) =>
    [...model.keys()].filter((id) => live(id)?.userId === userId).sort();
  const texts = ["{}", "", '{"a":"日本語"}', `{"v":1,"hash":"${"h".repeat(43)}"}`];
  const some = (version: number, id: string): SessionRecord => {
    const userId = draw(3) ? `${"user ".repeat(draw(9))}${draw(150)}` : null;
    const authenticatedAt = userId || draw(2) ? draw(1000) : null;
    const [state = "", data = ""] = [texts[draw(4)], texts[draw(4)]?.repeat(draw(5))];
    const expiresAt = now + 1 + draw(4_000);
    const times = { createdAt: 0, authenticatedAt, lastSeenAt: 0, expiresAt };
    return { id: id as SessionId, version, userId, ...times, state, data };
  };
  const steps: Array<(id: string) => void> = [
    (id) => expect(store.read(id as SessionId)).toEqual(live(id)),
    (id) => expect(store.read(id as SessionId)).toEqual(live(id)),
    (id) => {
      const it = some(1, id);
      expect(store.create(it)).toBe(live(id) ? "exists" : "ok");
      if (!live(id)) model.set(id, it);
    },
    (id) => {
      const before = live(id);
      const it = some((before?.version ?? 0) + 1, id);
      expect(store.update(it, it.version - 1)).toBe(before ? "ok" : "gone");
      if (before) model.set(id, it);
    },
    (id) => {
      const before = live(id);
      const times = { lastSeenAt: now, expiresAt: now + draw(4_000) };
      expect(store.touch(id as SessionId, times)).toBe(before ? "ok" : "gone");
      if (!before) return;
      const lastSeenAt = Math.max(before.lastSeenAt, times.lastSeenAt);
      const expiresAt = Math.max(before.expiresAt, times.expiresAt);
      model.set(id, { ...before, lastSeenAt, expiresAt });
    },
    (id) => {
      expect(store.destroy(id as SessionId)).toBe(!!live(id));
      model.delete(id);
    },
    (id) => {
      const userId = live(id)?.userId ?? "nobody";
      const listed = store.listByUser(userId) as SessionRecord[];
      expect(listed.map((it) => it.id as string).sort()).toEqual(ofUser(userId));
      for (const it of listed) expect(it).toEqual(live(it.id));
    },
    (id) => {
      const userId = draw(20) ? "nobody" : (live(id)?.userId ?? "nobody");
      const went = store.destroyByUser(userId, id as SessionId) as SessionId[];
      expect(went.toSorted()).toEqual(ofUser(userId).filter((it) => it !== id));
      for (const it of went) model.delete(it);
    },
  ];
  for (let i = 0; i < 20_000; i++) {
    if (draw(10) === 0) now++;
    if (draw(10_000) === 0) await store.sweep();
    steps[draw(steps.length)]?.(`session ${draw(1_000)}`);
  }
  const left = [...model.keys()].filter((id) => store.read(id as SessionId));
  expect(left.length).toBeGreaterThan(200);
  expect(left).toEqual([...model.keys()].filter(live));
});
