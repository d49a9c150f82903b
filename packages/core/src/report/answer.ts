import { SessionStoreError } from "../errors.ts";
import { Exchange } from "../exchange/exchange.ts";
import { attempt, chain, type MaybePromise } from "../promise.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { coreIn, type Sessions } from "../session/manager.ts";
import { describeSession, reportOf, type SessionReport } from "./report.ts";

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
  const headers = headersOf(sessions, request);
  return attempt<ReportAnswer>(
    () => chain(report(sessions, request, facts), (it) => answer(200, "application/json", it)),
    (error) => {
      if (!(error instanceof SessionStoreError)) throw error;
      const { status } = error;
      // The error's own words are for the log (RFC 9457 section 5).
      const problem = { type: "about:blank", title: "Service Unavailable", status };
      return answer(status, "application/problem+json", problem);
    },
  );

  function answer(status: number, type: string, body: object): ReportAnswer {
    return { status, headers: [...headers, ["content-type", type]], body: JSON.stringify(body) };
  }
}

function report<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
  facts: RequestFacts | undefined,
): MaybePromise<SessionReport> {
  const exchange = sessions.bound(request);
  const open = exchange instanceof Exchange ? exchange.abstain() : undefined;
  return open ? reportOf(open) : describeSession(sessions, request, facts);
}

/** Of one client and of one moment: nobody may keep it. */
function headersOf<Data extends object>(
  sessions: Sessions<Data>,
  request: SessionRequest,
): HeaderPair[] {
  const { transports } = coreIn(sessions);
  return [
    ["cache-control", "no-store"],
    // What is no script must not be loaded as one by another site (https://fetch.spec.whatwg.org/#x-content-type-options-header).
    ["x-content-type-options", "nosniff"],
    ...transports.flatMap(({ vary }): HeaderPair[] => (vary ? [["vary", vary]] : [])),
    ...sessions.secrecyOf(request),
  ];
}
