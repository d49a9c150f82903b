import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createSessions } from "@coatcheck/core";
import { sessionEndpoint } from "@coatcheck/express";
import { accessTokens, generateJwk, refreshTokens, type TokenPair } from "@coatcheck/jwt";
import { accessTokenVerifier } from "@coatcheck/jwt/verify";
import express from "express";
import { pagesOf } from "./pages.ts";

const COOKIE = "__Host-refresh";
const NAMES = { issuer: "https://shop.example", audience: "https://api.example" };

/** An API that takes access tokens only. Its refresh token is in a cookie that no script can read; the tests set its clock. */
export async function openJwtApi() {
  const api = { ahead: 0, refreshes: 0, stolen: 0 };
  const clock = () => Date.now() + api.ahead;
  const sessions = createSessions({ cookie: { name: COOKIE }, clock });
  sessions.events.on("reuse-detected", () => {
    api.stolen++;
  });
  const keys = generateJwk("EdDSA");
  const access = accessTokens({ keys, ...NAMES, clientId: "page", ttl: "5m", clock });
  const tokens = refreshTokens({ sessions, cookieName: COOKIE, access });
  const verify = accessTokenVerifier({ ...NAMES, jwks: access.jwks(), clock });

  const app = express();
  app.use(await pagesOf());
  app.get("/session", sessionEndpoint(sessions));
  app.post("/login", async (_request, response) => {
    send(response, await tokens.signIn("ann"));
  });
  app.post("/refresh", async (request, response) => {
    api.refreshes++;
    send(response, await tokens.refresh(cookieOf(request)));
  });
  app.post("/logout", async (request, response) => {
    await tokens.signOut(cookieOf(request));
    response.setHeader("set-cookie", `${COOKIE}=; Path=/; Secure; HttpOnly; Max-Age=0`);
    response.end();
  });
  app.get("/api", async (request, response) => {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    const result = scheme === "Bearer" ? await verify(token) : undefined;
    response.status(result?.ok ? 200 : 401).end(result?.ok ? result.token.userId : "");
  });
  return { api, listener: app as RequestListener };
}

function send(response: ServerResponse, pair: TokenPair | undefined): void {
  response.statusCode = pair ? 200 : 401;
  if (pair?.refreshToken !== undefined) {
    const attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";
    response.setHeader("set-cookie", `${COOKIE}=${pair.refreshToken}; ${attributes}`);
  }
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify(pair ? { token: pair.accessToken, expiresIn: `${pair.expiresIn}s` } : {}),
  );
}

function cookieOf({ headers }: IncomingMessage): string {
  const pair = headers.cookie?.split("; ").find((it) => it.startsWith(`${COOKIE}=`));
  return pair?.slice(COOKIE.length + 1) ?? "";
}
