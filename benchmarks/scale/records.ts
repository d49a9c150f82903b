import { createSessions, memoryStore, type SessionId, type SessionRecord } from "@coatcheck/core";

/** A login as the core writes it. */
const template = await recorded();
/** Where its hash begins, which differs from session to session. */
const HASH = 43;

async function recorded(): Promise<SessionRecord> {
  const store = memoryStore();
  const sessions = createSessions({ storage: store });
  const session = await sessions.open({ headers: {} });
  session.login("user-0000001");
  await sessions.commit(session);
  return (await store.read(session.id as SessionId)) as SessionRecord;
}

/** A text of its own, in one piece, as if it came from a request: not a part of another one, nor put together later. */
function own(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

export function idOf(number: number): SessionId {
  return own(`${String(number).padStart(21, "0")}A`) as SessionId;
}

export function userOf(number: number): string {
  return own(`user-${String(number >> 1).padStart(7, "0")}`);
}

/** So many bytes of JSON. */
export function dataOf(number: number, bytes: number): { cart: string } {
  const text = String(number).padEnd(bytes - JSON.stringify({ cart: "" }).length, "x");
  return { cart: own(text) };
}

export function recordOf(number: number, bytes: number, version = 1): SessionRecord {
  const at = template.state.search(/[\w-]{43}/);
  const hash = String(number).padStart(HASH, "0");
  const state = own(template.state.slice(0, at) + hash + template.state.slice(at + HASH));
  const data = JSON.stringify(dataOf(number, bytes));
  return { ...template, id: idOf(number), userId: userOf(number), version, state, data };
}

export const LIFE = template.expiresAt - template.lastSeenAt;
