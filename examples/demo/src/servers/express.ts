import { pipeline } from "node:stream/promises";
import { expressSession } from "@coatcheck/express";
import express from "express";
import { listening, type StartServer } from "./server.ts";

export const startExpress: StartServer = async ({ sessions, shop, css, port, host }) => {
  const app = express();

  // A static file has no session: even with a cookie it costs no store call.
  app.get("/style.css", (_req, res) => {
    res.type("css").send(css);
  });

  app.use(expressSession(sessions));
  app.use(express.urlencoded({ extended: false }));

  app.use(async (req, res) => {
    const answer = await shop(req, req.body, sessions.of(req));
    res.status(answer.status).set(answer.headers);
    await pipeline(answer.body, res);
  });

  return listening(app.listen(port, host));
};
