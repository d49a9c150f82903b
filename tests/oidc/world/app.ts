import type { Session, Sessions } from "@coatcheck/core";
import type { Oidc } from "@coatcheck/oidc";
import type { ResourceServer } from "@coatcheck/oidc/resource";

import type { RunningApp } from "@coatcheck/testkit";
import { digest } from "./digest.ts";

export interface Data {
  notes: string[];
  seen: string;
}

/** What an application of the tests is made of: the same for every framework. */
export interface Parts {
  readonly sessions: Sessions<Data>;
  readonly oidc: Oidc<Data>;
  /** Another provider's, under a path of its own. */
  readonly second?: Oidc<Data> | undefined;
  /** Guards `/api/cart`, which takes access tokens and knows no session. */
  readonly api: ResourceServer;
  /** Hears what the framework logs. */
  log(text: string): void;
  /** Looks at what a handler has in hand: its session, an error that it caught. */
  note(thing: unknown): void;
}

export interface Framework {
  readonly name: string;
  start(parts: Parts): Promise<RunningApp>;
}

/** What the routes beside those of the package answer. */
export async function act(parts: Parts, request: object, url: string): Promise<object> {
  const { sessions, oidc } = parts;
  const session: Session<Data> = sessions.of(request);
  const { pathname, searchParams } = new URL(url, "http://localhost");
  switch (pathname) {
    case "/note":
      session.update("notes", (notes = []) => [...notes, searchParams.get("text") ?? ""]);
      break;
    case "/token":
      return tokenOf(parts, session);
    case "/become":
      session.login(searchParams.get("user") ?? "");
      break;
    case "/sign-out-here":
      session.destroy();
      break;
    default:
  }
  const { id, userId = null, data, amr, acr, authenticatedAt } = session;
  return { id, userId, data, amr, acr, authenticatedAt, identity: await oidc.identity(session) };
}

/** Which access token there is, without telling it. */
async function tokenOf({ oidc, note }: Parts, session: Session<Data>): Promise<object> {
  note(session);
  try {
    return { token: digest(await oidc.accessToken(session)) };
  } catch (error) {
    note(error);
    return { error: (error as { code?: string }).code ?? String(error) };
  }
}
