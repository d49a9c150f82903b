import { createServer } from "node:http";
import { createSessions } from "@coatcheck/core";
import { expressSession, requireUser } from "@coatcheck/express";
import { Visitor } from "@coatcheck/testkit";
import express from "express";
import { expect, test } from "vitest";
import { listen } from "../frameworks/harness/listen.ts";

test("an onRefused that fails without an error lets nobody through", async () => {
  const sessions = createSessions();
  const app = express();
  app.set("env", "test");
  app.use(expressSession(sessions));
  const throws = () => {
    throw undefined;
  };
  app.get("/throws", requireUser(sessions, { onRefused: throws }));
  app.get("/rejects", requireUser(sessions, { onRefused: () => Promise.reject() }));
  app.use((_request, response) => {
    response.end("in");
  });
  const { port, close } = await listen(createServer(app));
  const visitor = new Visitor(port);
  for (const path of ["/throws", "/rejects"]) expect((await visitor.get(path)).status).toBe(401);
  await close();
});
