import { SessionTooLateError } from "../errors.ts";
import type { SessionToken } from "../token/token.ts";
import type { Batch } from "./batch.ts";
import type { Core } from "./core.ts";
import { refuse } from "./refuse.ts";
import type { SessionUnit } from "./unit.ts";

/** A response header to be added: name in lower case, value. */
export type HeaderPair = readonly [name: string, value: string];

/** What a commit does to what the client holds: set it to a token, remove it, or neither. */
export type CookieChange = SessionToken | "clear" | undefined;

/** The headers of a commit. */
export function headersFor(
  core: Core,
  unit: SessionUnit,
  change: CookieChange,
  deliverable: boolean,
): HeaderPair[] {
  const { transport, channel, request } = unit;
  const told = deliverable ? (change ?? unit.untold) : undefined;
  const headers = told ? transport.write(core, unit, told) : [];
  if (deliverable && unit.beside[0]) {
    headers.push(...unit.beside);
    unit.toldBeside = true;
  }
  unit.untold = undefined;
  if (unit.beside[0]) unit.beside = [];
  // A shared cache that kept this response would hand one client's token to the next (RFC 9111 section 7.3).
  if (headers[0]) headers.push(["cache-control", "no-store"]);
  // By whichever way a token may come, another one makes another response. One that brings a token is for its client alone.
  if (headers[0] || unit.looked) headers.push(...variance(core));
  if (core.inUrl) headers.push(...core.inUrl.headers(request));
  channel?.deliver(headers);
  return headers;
}

/** The headers where there is nothing to tell of the session. */
export function idleHeaders(core: Core, { looked, channel }: SessionUnit): HeaderPair[] {
  const headers = looked ? variance(core) : [];
  channel?.deliver(headers);
  return headers;
}

/** On which of its headers the response to a request depends. */
function variance({ transports }: Core): HeaderPair[] {
  const [first, another] = transports;
  if (first?.vary && !another) return [["vary", first.vary]];
  return transports.flatMap(({ vary }): HeaderPair[] => (vary ? [["vary", vary]] : []));
}

/** A session is about to start: its cookie must get through, and its request be one of our own pages'. */
export function requireWelcome(batch: Batch): void {
  const { request, foreign, transport } = batch.unit;
  if (foreign && transport.ambient) refuse(batch.core, request);
  if (!batch.deliverable) {
    // Stored all the same, it would be an orphan: nobody has its token.
    throw new SessionTooLateError("a new session", "start the session before the response begins");
  }
  requireCarrier(batch);
}

/** What is to be delivered has to get through. */
export function requireCarrier({ core, unit, deliverable }: Batch): void {
  if (deliverable) unit.transport.check(core, unit);
}
