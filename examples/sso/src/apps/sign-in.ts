import { createSessions, memoryStore, type Session, type Sessions } from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { createOidc, type Oidc } from "@coatcheck/oidc";
import { addresses } from "../addresses.ts";
import type { Application } from "../applications.ts";
import type { Visitor } from "../pages/application-page.ts";

export interface Data {
  name: string;
}

/** The sessions of an application, begun and ended at the provider. Nothing here knows a framework. */
export function signInOf({ id, secret, url }: Application): {
  sessions: Sessions<Data>;
  oidc: Oidc<Data>;
} {
  const sessions = createSessions<Data>({
    storage: memoryStore(),
    // On localhost the ports share their cookies: each application needs a name of its own.
    cookie: { name: `__Host-${id}` as const },
  });
  const oidc = createOidc({
    sessions,
    store: memoryStore(),
    keys: generateKey(),
    issuer: addresses.provider.url,
    clientId: id,
    clientSecret: secret,
    baseUrl: url,
    onLogin: (session, { claims }) => session.set("name", String(claims.name)),
  });
  return { sessions, oidc };
}

/** What a page shows of whoever is signed in. */
export function visitorOf(session: Session<Data>): Visitor | undefined {
  const { id, userId, authenticatedAt = 0 } = session;
  if (userId === undefined) return undefined;
  return { name: session.get("name") ?? userId, sessionId: id, since: new Date(authenticatedAt) };
}
