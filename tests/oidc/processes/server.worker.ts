import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions } from "@coatcheck/core";
import { expressSession } from "@coatcheck/express";
import { createOidc } from "@coatcheck/oidc";
import { oidcRoutes } from "@coatcheck/oidc/express";
import { resourceServer } from "@coatcheck/oidc/resource";
import { sqliteStore } from "@coatcheck/store-sqlite";
import express from "express";
import { API } from "../provider/options.ts";
import { act, type Data, type Parts } from "../world/app.ts";
import type { Site } from "../world/sites.ts";

/** What the processes of one application share. */
export interface Job {
  readonly site: Site;
  readonly issuer: string;
  readonly key: string;
  readonly sessions: string;
  readonly connections: string;
}

const { site, issuer, key, ...paths } = JSON.parse(process.argv[2] ?? "") as Job;
let ahead = 0;
const clock = () => Date.now() + ahead;
process.on("message", (ms: number) => {
  ahead += ms;
  process.send?.("later");
});

// A hundred requests at once wait for each other, on a machine that may be busy.
const patient = { storeTimeout: "25s", clock } as const;
const sessions = createSessions<Data>({
  storage: sqliteStore({ path: paths.sessions, clock }),
  ...patient,
});
const oidc = createOidc<Data>({
  sessions,
  store: sqliteStore({ path: paths.connections, clock }),
  keys: key,
  issuer,
  clientId: site.id,
  clientSecret: site.secret,
  baseUrl: site.origin,
  timeout: "25s",
  clock,
});
const parts: Parts = {
  sessions,
  oidc,
  api: resourceServer({ issuer, audience: API }),
  log: () => {},
  // Its session, just before it asks for the token.
  note: (thing) => {
    if (!(thing instanceof Error)) process.send?.("asks");
  },
};

const app = express();
app.set("trust proxy", true);
app.use(expressSession(sessions));
app.use(oidcRoutes(oidc));
app.use(async (request, response) => {
  response.json(await act(parts, request, request.url));
});
const server = createServer(app);
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
