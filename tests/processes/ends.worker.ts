import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSessions } from "@coatcheck/core";
import { WebSocketServer } from "ws";
import { type DriverName, drivers } from "../services/drivers.ts";

/** Where the sessions of one test are. */
export interface Job {
  readonly driver: DriverName;
  readonly url: string;
  readonly place: string;
  /** Where it hears what ends in others. */
  readonly hearAt: string;
}

/** Logins of one user that live at a time. */
const PER_USER = 2;

const job = JSON.parse(process.argv[2] ?? "") as Job;
const { store } = await drivers[job.driver].open([job.url], job.place, { hearAt: job.hearAt });
const sessions = createSessions({ storage: store, limits: { perUser: PER_USER } });

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const session = await sessions.open(request);
  const [user = "", id = ""] = ["user", "id"].map((name) => searchParams.get(name) ?? undefined);
  if (pathname === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("event: hello\ndata:\n\n");
    const stop = sessions.onEnd(session.id, () => response.end("event: over\ndata:\n\n"));
    response.on("close", stop);
    return;
  }
  if (pathname === "/login") session.login(user);
  if (pathname === "/logout") session.destroy();
  if (pathname === "/revoke") await sessions.revoke(id);
  if (pathname === "/revoke-user") await sessions.revokeUser(user);
  for (const [name, value] of await sessions.commit(session)) response.appendHeader(name, value);
  response.end(session.id);
});

const sockets = new WebSocketServer({ noServer: true });
server.on("upgrade", async (request, socket, head) => {
  const session = await sessions.open(request);
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const stop = sessions.onEnd(session.id, () => ws.close(4001, "signed out"));
    ws.on("close", stop);
    ws.send("hello");
  });
});

server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
