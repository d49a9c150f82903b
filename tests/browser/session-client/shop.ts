import type { RequestListener } from "node:http";
import { createSessions } from "@coatcheck/core";
import { bearer, cookie } from "@coatcheck/core/transports";
import { expressSession, sessionEndpoint } from "@coatcheck/express";
import express from "express";
import { pagesOf } from "./pages.ts";

/** A shop with a session endpoint, whose clock the tests set. */
export async function openShop() {
  const shop = { ahead: 0, refreshes: 0 };
  const sessions = createSessions({
    transport: [cookie(), bearer()],
    clock: () => Date.now() + shop.ahead,
  });
  let valid: string | undefined;
  const app = express();
  app.use(await pagesOf());
  app.get("/session", sessionEndpoint(sessions));
  // For the bearer client: an access token that is an application's own.
  app.post("/refresh", async (_request, response) => {
    shop.refreshes++;
    valid = await sessions.issue("ann");
    response.json({ token: valid, expiresIn: "5m" });
  });
  app.post("/spoil", (_request, response) => {
    valid = undefined;
    response.end();
  });
  app.get("/api", (request, response) => {
    const good = valid !== undefined && request.headers.authorization === `Bearer ${valid}`;
    response.status(good ? 200 : 401).end(good ? "in" : "");
  });
  app.use(expressSession(sessions));
  app.post("/login", (request, response) => {
    sessions.of(request).login("ann");
    response.end();
  });
  app.post("/logout", (request, response) => {
    sessions.of(request).destroy();
    response.end();
  });
  app.get("/visit", (request, response) => {
    response.end(sessions.of(request).userId);
  });
  return { shop, listener: app as RequestListener };
}
