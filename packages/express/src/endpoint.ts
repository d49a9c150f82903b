import type { ServerResponse } from "node:http";
import { attempt, chain, type Sessions } from "@coatcheck/core";
import { answerWithReport, applyAnswer, type ReportAnswer } from "@coatcheck/core/node";
import { ExpressFacts, type ExpressRequest } from "./facts.ts";
import type { ExpressSessionMiddleware } from "./session.ts";

export interface ExpressEndpointOptions {
  /** As of `expressSession`: whether the client's connection is encrypted, for `node:http` behind a proxy. */
  secure?: (request: ExpressRequest) => boolean;
}

/**
 * Tells the page what it may know of its session, as JSON: `app.get("/session", sessionEndpoint(sessions))`. To ask is no activity: nothing is written, and no cookie is set. 503
 * while the store is down. In plain `node:http` it is called like `expressSession`.
 */
export function sessionEndpoint<Data extends object>(
  sessions: Sessions<Data>,
  { secure }: ExpressEndpointOptions = {},
): ExpressSessionMiddleware {
  return function tellSession(request, response, next) {
    void attempt<void>(
      () =>
        chain(answerWithReport(sessions, request, new ExpressFacts(request, secure)), (answer) =>
          send(response, answer),
        ),
      next,
    );
  };
}

function send(response: ServerResponse, { status, headers, body }: ReportAnswer): void {
  response.statusCode = status;
  applyAnswer(response, headers);
  response.end(body);
}
