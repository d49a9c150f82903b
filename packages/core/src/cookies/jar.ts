import { fail } from "../config.ts";
import type { HeaderPair } from "../session/delivery.ts";
import type { Consent } from "./consent.ts";
import type { CookieDefinition, ValueOf } from "./definition.ts";
import type { Place } from "./place.ts";
import { checkedValue } from "./value.ts";
import type { Wire } from "./wire.ts";

/** The cookies of one request and its response. Everything answers at once, and what is written is read at once. */
export interface CookieJar<Definition extends CookieDefinition = CookieDefinition> {
  /**
   * The value, or `undefined`: none came, or none that is good (forged, expired, refused by the schema), or the visitor has not agreed. Objects
   * are frozen: change a copy, and `set` it.
   */
  get<One extends Definition>(cookie: One): ValueOf<One> | undefined;
  /**
   * Sends the cookie with the response, for another `maxAge` from now on; it is sent again even if nothing changed. `false` if the visitor has not
   * agreed to its category: then nothing is sent.
   *
   * @throws InvalidDataError, UnserialisableError for a value that is not the cookie's.
   * @throws CookieDeliveryError if it would be too large, or is Secure and the connection is not.
   * @throws SessionTooLateError if the response has begun.
   */
  set<One extends Definition>(cookie: One, value: ValueOf<One>): boolean;
  /** Removes the cookie from the browser, also one that did not come, since another path's does not. Needs no consent. */
  delete(cookie: Definition): void;
  /** What the visitor agreed to. Throws a `SessionConfigError` where `createCookies` was not told to ask. */
  readonly consent: Consent;
  /** What the response has to say so far: Set-Cookie, and with it Cache-Control and Vary. */
  readonly headers: readonly HeaderPair[];
}

export class RequestJar<Definition extends CookieDefinition> implements CookieJar<Definition> {
  readonly #wire: Wire;
  readonly #placeOf: (definition: CookieDefinition) => Place;
  readonly #consent: Consent | undefined;

  constructor(
    wire: Wire,
    placeOf: (definition: CookieDefinition) => Place,
    consent: Consent | undefined,
  ) {
    this.#wire = wire;
    this.#placeOf = placeOf;
    this.#consent = consent;
  }

  get<One extends Definition>(cookie: One): ValueOf<One> | undefined {
    const place = this.#placeOf(cookie);
    return this.#allows(place) ? (this.#wire.read(place) as ValueOf<One> | undefined) : undefined;
  }

  set<One extends Definition>(cookie: One, value: ValueOf<One>): boolean {
    const place = this.#placeOf(cookie);
    // A mistake shows whether or not the visitor of the moment has agreed.
    const checked = checkedValue(place.definition, value);
    const line = this.#wire.lineOf(place, checked);
    if (!this.#allows(place)) return false;
    this.#wire.write(place, line, checked);
    return true;
  }

  delete(cookie: Definition): void {
    this.#wire.clear(this.#placeOf(cookie));
  }

  get consent(): Consent {
    return this.#consent ?? fail("consent", "is not asked for: give createCookies a consent");
  }

  get headers(): HeaderPair[] {
    return this.#wire.headers;
  }

  #allows({ definition: { category = "necessary" } }: Place): boolean {
    return category === "necessary" || this.consent.has(category);
  }
}
