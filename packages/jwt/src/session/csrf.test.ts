import { createSessions, memoryStore, type Session } from "@coatcheck/core";
import { csrfToken, verifyCsrf } from "@coatcheck/core/csrf";
import { expect, test } from "vitest";
import { ALL, AUDIENCE, ISSUER, KEYS } from "../testing/codec.ts";
import { jwt } from "./storage.ts";

test.each(ALL)("a CSRF token survives a rotation and dies at login, under %s", async (alg) => {
  const options = { keys: KEYS[alg], issuer: ISSUER, audience: AUDIENCE };
  const sessions = createSessions({ storage: jwt({ ...options, revocation: memoryStore() }) });
  let cookie = "";
  const visit = async <T>(work: (session: Session) => T): Promise<T> => {
    const session = await sessions.open({ headers: { cookie } });
    const result = work(session);
    for (const [name, value] of await sessions.commit(session)) {
      if (name === "set-cookie") cookie = value.split(";", 1)[0] ?? "";
    }
    return result;
  };
  const token = await visit(csrfToken);
  await visit((session) => session.rotate());
  expect(await visit((session) => verifyCsrf(session, token))).toBe(true);
  await visit((session) => session.login("ann"));
  expect(await visit((session) => verifyCsrf(session, token))).toBe(false);
  const next = await visit(csrfToken);
  expect(await visit((session) => verifyCsrf(session, next))).toBe(true);
});
