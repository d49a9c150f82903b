import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { expressCookies, expressSession, sessionEndpoint } from "@coatcheck/express";
import express from "express";
import { KEPT_FOR_GOOD } from "../assets.ts";
import { hasLeft, listening, type StartServer } from "./server.ts";

export const startExpress: StartServer = async ({ storages, shop, assets, port, host }) => {
  const app = express();

  // A static file has no session: even with a cookie it costs no store call.
  for (const [path, { type, text }] of assets) {
    app.get(path, (_req, res) => {
      res.type(type).set("cache-control", KEPT_FOR_GOOD).send(text);
    });
  }

  app.use(expressCookies(storages.cookies));

  // What the page may know of its session. Before the session middleware, so that to ask is no visit.
  const endpoints = new Map(storages.all.map((it) => [it, sessionEndpoint(it.sessions)]));
  app.get("/session", (req, res, next) => {
    endpoints.get(storages.chosenBy(req))?.(req, res, next);
  });

  // Three managers, of which the visitor's choice leaves one.
  for (const storage of storages.all) {
    const skip = (req: IncomingMessage) => storages.chosenBy(req) !== storage;
    app.use(expressSession(storage.sessions, { skip }));
  }

  app.use(express.urlencoded({ extended: false }));

  app.use(async (req, res) => {
    const answer = await shop(req, req.body);
    res.status(answer.status).set(answer.headers);
    await pipeline(answer.body, res).catch(unlessLeft);
  });

  return listening(app.listen(port, host));
};

function unlessLeft(error: unknown): void {
  if (!hasLeft(error)) throw error;
}
