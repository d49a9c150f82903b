import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { onTestFinished } from "vitest";
import type { Sessions } from "../../session/manager.ts";
import { answerRaw, loadExchange, openExchange } from "../open-exchange.ts";

export type Handler<Data extends object> = (
  sessions: Sessions<Data>,
  req: IncomingMessage,
  res: ServerResponse,
) => void;

/** What a framework package does, for a plain server. */
export function serving<Data extends object>(sessions: Sessions<Data>, handler: Handler<Data>) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    const exchange = openExchange(sessions, req, res, { report: () => {} });
    loadExchange(exchange, () => handler(sessions, req, res), answerRaw(res));
  };
}

/** The port, until the test has finished. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
