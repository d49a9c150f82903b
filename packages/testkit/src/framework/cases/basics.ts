import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import type { SessionEventName } from "@coatcheck/core";
import type { SeenEvent, Site } from "../case.ts";
import type { Answer } from "../conversation.ts";
import { json, type TestRoute, text } from "../route.ts";
import type { Visitor } from "../visitor.ts";

/** What most cases need of an application. */
export const basics = {
  /** Never looks at the session. */
  "/untouched": text(() => "untouched"),
  /** All the data. */
  "/read": json(({ session }) => ({ ...session.data })),
  /** Stores `?key=value`, each as a string. */
  "/write": json(({ session, raw }) => {
    for (const [key, value] of query(raw)) session.set(key, value);
    return { id: session.id };
  }),
  "/who": json(({ session }) => ({ id: session.id, userId: session.userId ?? null })),
  /** Logs `?user` in. */
  "/login": json(({ session, raw }) => {
    session.login(query(raw).get("user") ?? "ann");
    return { id: session.id };
  }),
  "/logout": json(({ session }) => {
    session.destroy();
    return {};
  }),
  "/rotate": json(({ session }) => {
    session.rotate();
    return {};
  }),
} as const satisfies Readonly<Record<string, TestRoute>>;

export function query(raw: IncomingMessage): URLSearchParams {
  return new URL(raw.url ?? "/", "http://localhost").searchParams;
}

/** A client with a session that holds `n: "1"`; the store's counters are back at zero. */
export async function known(site: Site): Promise<Visitor> {
  const visitor = site.visitor();
  ok(await visitor.get("/write?n=1"));
  assert.ok(visitor.token, "the first write must set the cookie");
  site.store.reset();
  return visitor;
}

/** A client logged in as `user`. */
export async function member(site: Site, user = "ann"): Promise<Visitor> {
  const visitor = site.visitor();
  ok(await visitor.get(`/login?user=${user}`));
  site.store.reset();
  return visitor;
}

/** The token that a client must have by now. */
export function tokenOf(visitor: Visitor): string {
  assert.ok(visitor.token, "the client must hold a token");
  return visitor.token;
}

/** The token of a session in a store: its id, and a secret. */
const SERVER_SIDE = /^([\w-]{22})\.([\w-]{43})$/;

/** The session's id, by its token; one that holds the whole session does not show it, so by the last answer that told. */
export function idOf(visitor: Visitor): string {
  return SERVER_SIDE.exec(tokenOf(visitor))?.[1] ?? visitor.id ?? "";
}

/** What of a token must not be seen: its secret, or the whole of one that holds the session. */
export function secretOf(token: string): string {
  return SERVER_SIDE.exec(token)?.[2] ?? token;
}

/** The answer, which must be a success. */
export function ok(answer: Answer): Answer {
  assert.equal(answer.status, 200, `status ${answer.status}: ${answer.body}`);
  return answer;
}

export function bodyOf(answer: Answer): unknown {
  return JSON.parse(ok(answer).body);
}

/** What `/read` answers. */
export async function dataOf(visitor: Visitor): Promise<unknown> {
  return bodyOf(await visitor.get("/read"));
}

/** Who is logged in, by what `/who` answers. */
export async function userOf(visitor: Visitor): Promise<unknown> {
  return (bodyOf(await visitor.get("/who")) as { userId: unknown }).userId;
}

/** What `/read` answers to a request with this Cookie header: nothing, unless the cookie is good. */
export async function dataWith(site: Site, cookie: string): Promise<unknown> {
  return bodyOf(await site.visitor().get("/read", { headers: { cookie } }));
}

/** A refusal by the store: 503, and nothing that would change what the client holds. */
export function unavailable(answer: Answer): void {
  assert.equal(answer.status, 503, `status ${answer.status}: ${answer.body}`);
  assert.deepEqual(answer.setCookies, []);
}

/** The events of one name. */
export function eventsOf<Name extends SessionEventName>(
  site: Site,
  name: Name,
): Array<SeenEvent<Name>["event"]> {
  return site.events.flatMap((seen) =>
    seen.name === name ? [seen.event as SeenEvent<Name>["event"]] : [],
  );
}

/** The calls that the store got since the counters were at zero, without those that did not happen. */
export function callsOf(site: Site): Record<string, number> {
  return Object.fromEntries(Object.entries(site.store.calls).filter(([, count]) => count > 0));
}

export function varyOf(answer: Answer): string[] {
  const fields = answer.headers.vary?.toLowerCase().split(/\s*,\s*/) ?? [];
  return fields.filter((field) => field !== "");
}
