import type { IncomingMessage, ServerResponse } from "node:http";
import type { Sessions } from "@coatcheck/core";
import { answerWithReport, applyAnswer, PendingReply, type ReplyLike } from "@coatcheck/core/node";
import { Controller, Get, Req, Res, type Type } from "@nestjs/common";
import { Public } from "./guard/access.ts";

/** A request as Express has it, or Fastify's around Node's own. */
interface Asked {
  readonly raw?: IncomingMessage;
  readonly protocol: string;
  readonly host: string;
  readonly ip: string;
}

type Reply = ReplyLike & { send(body: string): unknown };

/**
 * A controller that tells the page what it may know of its session, as JSON: `controllers: [sessionEndpoint(sessions)]`, by default at `GET /session`. To ask is no activity: nothing is
 * written, and no cookie is set. 503 while the store is down. A global `SessionGuard` lets it pass.
 */
export function sessionEndpoint<Data extends object>(
  sessions: Sessions<Data>,
  path = "session",
): Type {
  const manager = sessions as unknown as Sessions<object>;
  @Public()
  @Public(manager)
  @Controller(path)
  class SessionEndpoint {
    @Get()
    async tellSession(@Req() request: Asked, @Res() response: Reply | ServerResponse) {
      const facts = {
        secure: () => request.protocol === "https",
        host: () => request.host,
        address: () => request.ip,
      };
      const asked = request.raw ?? (request as unknown as IncomingMessage);
      const { status, headers, body } = await answerWithReport(manager, asked, facts);
      if (isReply(response)) {
        applyAnswer(new PendingReply(response, body), headers);
        response.code(status);
        response.send(body);
      } else {
        response.statusCode = status;
        applyAnswer(response, headers);
        response.end(body);
      }
    }
  }
  return SessionEndpoint;
}

/** Fastify keeps its headers beside Node's. */
function isReply(response: Reply | ServerResponse): response is Reply {
  return "raw" in response;
}
