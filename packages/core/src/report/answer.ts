import { SessionStoreError } from "../errors.ts";
import { Exchange } from "../exchange/exchange.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { Sessions } from "../session/manager.ts";
import { type Session, unitOf } from "../session/session.ts";
import { openSilently, reportOf } from "./report.ts";

/** The response of a session endpoint. */
export interface ReportAnswer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string;
}

/**
 * For framework packages: the whole response of a session endpoint, as JSON (`SessionReport`); 503 with problem details while the store is down. Under a session plugin nothing
 * is committed for this request, unless the application has changed the session in it. `request` is the one that the plugin has bound.
 *
 * @throws CrossOriginError for an unsafe method from another origin
 */
export function answerWithReport<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
  facts?: RequestFacts,
): MaybePromise<ReportAnswer> {
  const secrecy = sessions.secrecyOf(request);
  return attempt<ReportAnswer>(
    () =>
      chain(sessionOf(sessions, request, facts), (session) =>
        answer(200, "application/json", reportOf(session), [...varyOf(session), ...secrecy]),
      ),
    (error) => {
      if (!(error instanceof SessionStoreError)) throw error;
      const { status } = error;
      // The error's own words are for the log (RFC 9457 section 5).
      const problem = { type: "about:blank", title: "Service Unavailable", status };
      return answer(status, "application/problem+json", problem, secrecy);
    },
  );
}

function sessionOf<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
  facts: RequestFacts | undefined,
): MaybePromise<Session<Data>> {
  const exchange = sessions.bound(request);
  const open = exchange instanceof Exchange ? exchange.abstain() : undefined;
  return open ?? openSilently(sessions, request, facts);
}

/** By whichever way a token may come, another one makes another response. */
function varyOf<Data extends object>(session: Session<Data>): HeaderPair[] {
  const { transports } = unitOf(session).core;
  return transports.flatMap(({ vary }): HeaderPair[] => (vary ? [["vary", vary]] : []));
}

function answer(
  status: number,
  type: string,
  body: object,
  headers: readonly HeaderPair[],
): ReportAnswer {
  return {
    status,
    headers: [
      // Of one client and of one moment: nobody may keep it.
      ["cache-control", "no-store"],
      // What is no script must not be loaded as one by another site (https://fetch.spec.whatwg.org/#x-content-type-options-header).
      ["x-content-type-options", "nosniff"],
      ["content-type", type],
      ...headers,
    ],
    body: JSON.stringify(body),
  };
}
