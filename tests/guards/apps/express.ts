import { createServer } from "node:http";
import {
  expressSession,
  requireElevated,
  requireFreshLogin,
  requireUser,
} from "@coatcheck/express";
import express from "express";
import { listen } from "../../frameworks/harness/listen.ts";
import { act, type GuardHarness, OPEN, WITHIN, whoIs } from "./app.ts";

export const expressApp: GuardHarness = {
  name: "Express",
  onRefused: true,
  start({ sessions, lazy, guard, forgotten, cacheControl }) {
    const app = express();
    // Express itself would print every error.
    app.set("env", "test");
    app.use((_request, response, next) => {
      if (cacheControl) response.setHeader("cache-control", cacheControl);
      next();
    });
    if (!forgotten) app.use(expressSession(sessions, { lazy: lazy ?? false }));
    const answer: express.RequestHandler = async (request, response) => {
      await sessions.load(request);
      act(sessions, request, request.path);
      response.json(await whoIs(sessions, request));
    };
    for (const path of OPEN) app.all(path, answer);
    app.all("/me", requireUser(sessions, guard), answer);
    // A router sees only what is left of the URL.
    const fresh = express.Router();
    fresh.all("/", requireFreshLogin(sessions, WITHIN, guard), answer);
    app.use("/fresh", fresh);
    app.all("/elevated", requireElevated(sessions, guard), answer);
    const custom = requireUser(sessions, {
      onRefused: ({ code }, _request, response) => {
        response.statusCode = 418;
        response.end(code);
      },
    });
    app.all("/custom", custom, answer);
    const thrown = requireUser(sessions, {
      onRefused: (refused, _request, _response, next) => next(refused),
    });
    app.all("/thrown", thrown, answer);
    return listen(createServer(app));
  },
};
