import type { IncomingMessage } from "node:http";
import { answerWithReport, type SessionReport } from "@coatcheck/core/node";
import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { ended } from "./open-pages.ts";

/** Asked by the script of a page, with the id of the session that the page was made for. */
export async function eventsOf(context: ShopContext): Promise<Answer> {
  const { openPages, sessions, url } = context;
  // A stream that a browser opens again by itself is no visit: else a page that lies open would keep its session for ever.
  const { body } = await answerWithReport(sessions, incoming(context.request));
  const { id, userId }: Partial<SessionReport> = JSON.parse(body);
  // A page that slept, or was made before a restart, may have missed it.
  const lives = id !== undefined && userId !== undefined && id === url.searchParams.get("session");
  return {
    status: 200,
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    body: lives ? openPages.follow(sessions, id) : ended(),
  };
}

/** Node's own request, which Fastify and Koa wrap. */
function incoming(
  request: ShopContext["request"] & {
    readonly raw?: IncomingMessage;
    readonly req?: IncomingMessage;
  },
): IncomingMessage {
  return request.raw ?? request.req ?? (request as IncomingMessage);
}
