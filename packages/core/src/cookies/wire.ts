import type { Clock } from "../clock.ts";
import { assertCarrier } from "../cookie/carrier.ts";
import { readCookie } from "../cookie/read.ts";
import { clearCookie, setCookie } from "../cookie/write.ts";
import { CookieDeliveryError, CrossOriginError, SessionTooLateError } from "../errors.ts";
import type { EventHub } from "../events.ts";
import { isForeign, type TrustedOrigins } from "../request/origin.ts";
import { headerOf, type RequestFacts, type SessionRequest } from "../request/request.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { MAX_AGE } from "./definition.ts";
import type { CookieEvents } from "./events.ts";
import type { Accepted, Place } from "./place.ts";

/** How a response tells that it has begun. */
export interface CookieChannel {
  /** From then on a cookie that is set throws. */
  readonly headersLeft: boolean;
}

export interface WireTools {
  readonly clock: Clock;
  readonly events: EventHub<CookieEvents>;
}

/** A request's cookies as they came, and those that its response sets, one a name. What is written is read at once. */
export class Wire {
  readonly #tools: WireTools;
  readonly #request: SessionRequest;
  readonly #facts: RequestFacts | undefined;
  readonly #channel: CookieChannel | undefined;
  readonly #values = new Map<string, unknown>();
  readonly #lines = new Map<string, string>();
  /** Request headers on which the response depends. */
  readonly #looked = new Set<string>();

  constructor(
    tools: WireTools,
    request: SessionRequest,
    facts: RequestFacts | undefined,
    channel: CookieChannel | undefined,
  ) {
    this.#tools = tools;
    this.#request = request;
    this.#facts = facts;
    this.#channel = channel;
  }

  /** A request header, by its name as Vary has it. */
  header(name: string): string | undefined {
    this.#looked.add(name);
    return headerOf(this.#request.headers, name.toLowerCase());
  }

  read(place: Place): unknown {
    const { name } = place.definition;
    if (!this.#values.has(name)) this.#values.set(name, this.#receive(place));
    return this.#values.get(name);
  }

  /** Throws a `CrossOriginError` for a request by which another site would act. */
  requireOwn(trusted: TrustedOrigins): void {
    if (isForeign(this.#request, this.#facts, trusted)) throw new CrossOriginError();
  }

  /** The Set-Cookie for a checked value. Throws a `CookieDeliveryError` if it is too large. */
  lineOf(place: Place, value: unknown): string {
    const { policy, maxAge } = place.definition;
    const text = place.encode(value, this.#tools.clock() + (maxAge ?? MAX_AGE));
    return setCookie(policy, text, maxAge === undefined ? undefined : maxAge / 1000);
  }

  write({ definition: { name, policy } }: Place, line: string, value: unknown): void {
    this.#requireTime(name);
    assertCarrier(policy, this.#request, this.#facts);
    this.#lines.set(name, line);
    this.#values.set(name, value);
  }

  clear({ definition: { name, policy } }: Place): void {
    this.#requireTime(name);
    this.#lines.set(name, clearCookie(policy));
    this.#values.set(name, undefined);
  }

  get headers(): HeaderPair[] {
    const headers = [...this.#lines.values()].map((line): HeaderPair => ["set-cookie", line]);
    // A cache that kept this response would give one visitor's cookies to the next (RFC 9111 section 7.3).
    if (headers.length > 0) headers.push(["cache-control", "no-store"]);
    for (const name of this.#looked) headers.push(["vary", name]);
    return headers;
  }

  #requireTime(name: string): void {
    if (!this.#channel?.headersLeft) return;
    throw new SessionTooLateError(`cookie ${name}`, "set it before the response begins");
  }

  #receive(place: Place): unknown {
    const { name, protection } = place.definition;
    const accepted: Accepted[] = [];
    for (const text of readCookie(this.header("Cookie"), name)) {
      const judged = place.judge(text);
      if (judged.ok) accepted.push(judged);
      else this.#reject(name, judged);
    }
    const [first] = accepted;
    // Anyone may write a bare one, so the first is as good as any: the one with the longest path. Of two that we wrote, one may be an old one
    // that a neighbouring host has planted.
    const values = new Set(accepted.map(({ value }) => JSON.stringify(value)));
    if (protection !== "none" && values.size > 1) {
      this.#reject(name, { reason: "ambiguous", keyId: undefined });
      return undefined;
    }
    if (first?.protection) this.#noteKey(place, first);
    return first?.value;
  }

  #reject(name: string, { reason, keyId }: Omit<CookieEvents["cookie-rejected"], "name">): void {
    this.#tools.events.emit("cookie-rejected", { name, reason, keyId });
  }

  /** What came under an older key is written anew under the current one, to last no longer than it did. */
  #noteKey(place: Place, { value, protection }: Accepted): void {
    const { name, policy, maxAge } = place.definition;
    if (protection === undefined || protection.keyState === "current") return;
    const { keyId, keyState: state, expiresAt } = protection;
    this.#tools.events.emit("cookie-key", { name, keyId, state });
    if (state !== "older" || this.#channel?.headersLeft) return;
    const rest = maxAge === undefined ? undefined : (expiresAt - this.#tools.clock()) / 1000;
    try {
      this.#lines.set(name, setCookie(policy, place.encode(value, expiresAt), rest));
    } catch (error) {
      // Longer under today's options than browsers take. Nobody asked for it, so the old one stays.
      if (!(error instanceof CookieDeliveryError)) throw error;
    }
  }
}
