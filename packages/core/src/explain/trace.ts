import type { HandOffRefusal } from "../events.ts";
import type { SessionRequest } from "../request/request.ts";
import type { Intent, SessionUnit } from "../session/unit.ts";
import type { ArrivedToken } from "./tokens.ts";

/** What is noted of one request while it is served. No token is in it. */
export interface Trace {
  readonly request: SessionRequest;
  /** What the request brought, in the order in which it is looked at. */
  readonly tokens: readonly ArrivedToken[];
  /** What the manager calls its cookie. */
  readonly cookieName: string;
  /** The session lives in its token. */
  readonly carried: boolean;
  /** Once the session is open. */
  unit?: SessionUnit;
  /** Why it could not be opened. */
  failure?: unknown;
}

/** What is noted of one commit. */
export interface Step {
  /** Before it: what the request wanted. */
  intent: Intent;
  looked: boolean;
  touchDue: boolean;
  /** The session had ended under an earlier commit of this request. */
  wasOver: boolean;
  /** The response's headers had not left. */
  deliverable: boolean;
  /** The names of the keys: what was done to the data, and to what is left for later requests. */
  written: readonly string[];
  cleared: boolean;
  flashed: readonly string[];
  flashRead: readonly string[];
  /** The decision that counted: the last one, if others were faster. */
  decision?: { readonly kind: string };
  /** Other writers' versions that the commit has met. */
  conflicts: number;
  rotated: boolean;
  handOffRefusal?: HandOffRefusal;
  /** What the client is to be told. */
  change: "set" | "cleared" | "none";
  /** Those of the response's headers that come from this; of none but Vary the value. */
  headers: readonly (readonly [name: string, value: string])[];
  failure?: unknown;
  /** It failed since this connection cannot carry the cookie. */
  insecure?: boolean;
}

export function blankStep(): Step {
  return {
    intent: {},
    looked: false,
    touchDue: false,
    wasOver: false,
    deliverable: true,
    written: [],
    cleared: false,
    flashed: [],
    flashRead: [],
    conflicts: 0,
    rotated: false,
    change: "none",
    headers: [],
  };
}
