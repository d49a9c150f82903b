import type { Sessions } from "@coatcheck/core";
import { answerWithReport, applyAnswer, FastifyFacts, PendingReply } from "@coatcheck/core/node";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A route's handler. */
export type FastifySessionEndpoint = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>;

/**
 * Tells the page what it may know of its session, as JSON: `app.get("/session", { config: { session: false } }, sessionEndpoint(sessions))`. To ask is no activity:
 * nothing is written, and no cookie is set. 503 while the store is down.
 */
export function sessionEndpoint<Data extends object>(
  sessions: Sessions<Data>,
): FastifySessionEndpoint {
  return async function tellSession(request, reply) {
    const facts = new FastifyFacts(request);
    const { status, headers, body } = await answerWithReport(sessions, request.raw, facts);
    applyAnswer(new PendingReply(reply, body), headers);
    return reply.code(status).send(body);
  };
}
