import type { SessionRequest } from "../request/request.ts";
import type { Core } from "../session/core.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { SessionUnit } from "../session/unit.ts";
import type { SessionToken } from "../token/token.ts";

/**
 * A way for tokens to travel. Made by `cookie()`, `bearer()`, `header(name)` and `query(name)` of
 * `@coatcheck/core/transports`.
 */
export interface SessionTransport {
  /** What tells it from the others of a list: `"cookie"`, `"bearer"`, `"header x-session"`, `"query ticket"`. */
  readonly name: string;
}

/** How a token travels from the client and back. */
export interface Transport {
  /** Browsers send it unasked, to whoever makes them: the cross-origin check applies. */
  readonly ambient: boolean;
  /** The request header on which the response depends, for Vary. */
  readonly vary: string | undefined;
  /** All that the request brings by this way, in its order. */
  read(core: Core, request: SessionRequest): readonly string[];
  /** Throws if what the response is to bring would not reach the client. */
  check(core: Core, unit: SessionUnit): void;
  /** The response headers that bring the client its token, or take it away. */
  write(core: Core, unit: SessionUnit, change: SessionToken | "clear"): HeaderPair[];
  /** At construction: refuses a manager for which this way is not fit. Gives what it changes in the core. */
  attach?(core: Core): Partial<Core> | undefined;
}

/** A transport of a list. */
export type NamedTransport = Transport & SessionTransport;
