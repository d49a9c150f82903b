import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createSessions,
  type Session,
  type SessionStore,
  type Sessions,
  type SessionsOptions,
} from "@coatcheck/core";
import { expressSession } from "@coatcheck/express";
import { onTestFinished } from "vitest";

export interface Data {
  count: number;
  apples: number;
  pears: number;
}

/** What `/me` answers. */
export interface Seen {
  readonly user: string | null;
  readonly count: number;
  readonly apples: number;
  readonly pears: number;
}

export interface Application {
  readonly port: number;
  readonly sessions: Sessions<Data>;
}

/**
 * A server in front of `storage`, for as long as the test runs: `/me`, `/count`, `/set/apples/7`, `/login/ann`, `/rotate`, `/logout`.
 */
export async function startApplication(
  storage: SessionStore,
  options: Omit<SessionsOptions<Data>, "storage"> = {},
): Promise<Application> {
  const sessions = createSessions<Data>({ ...options, storage });
  const middleware = expressSession(sessions);
  const server = createServer((request, response) => {
    middleware(request, response, (error) => {
      if (error) fail(response, error);
      else answer(sessions.of(request), request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sessions };
}

function answer(session: Session<Data>, { url = "" }: IncomingMessage, response: ServerResponse) {
  const [, verb, argument = "", value] = url.split("/");
  if (verb === "me") {
    const [count, apples, pears] = (["count", "apples", "pears"] as const).map(
      (key) => session.get(key) ?? 0,
    );
    response.end(JSON.stringify({ user: session.userId ?? null, count, apples, pears }));
    return;
  }
  if (verb === "count") session.update("count", (count = 0) => count + 1);
  else if (verb === "set") session.set(argument as keyof Data, Number(value));
  else if (verb === "login") session.login(argument);
  else if (verb === "rotate") session.rotate();
  else if (verb === "logout") session.destroy();
  else response.statusCode = 404;
  response.end("{}");
}

/** As an application's own error handling would: the error's status, and nothing else. */
function fail(response: ServerResponse, error: unknown): void {
  const { status, code } = error as { readonly status?: number; readonly code?: string };
  response.statusCode = status ?? 500;
  response.end(JSON.stringify({ error: code ?? String(error) }));
}
