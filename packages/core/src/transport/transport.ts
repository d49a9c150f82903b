import type { SessionRequest } from "../request/request.ts";
import type { Core } from "../session/core.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { SessionUnit } from "../session/unit.ts";
import type { SessionToken } from "../token/token.ts";

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
}
