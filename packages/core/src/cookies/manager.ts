import { fail } from "../config.ts";
import { SessionNotLoadedError } from "../errors.ts";
import type { EventSource } from "../events.ts";
import type { RequestFacts, SessionRequest } from "../request/request.ts";
import { RequestConsent } from "./consent.ts";
import type { CookieDefinition } from "./definition.ts";
import type { CookieEvents } from "./events.ts";
import { type CookieJar, RequestJar } from "./jar.ts";
import { type CookieSettings, type CookiesOptions, settingsOf } from "./options.ts";
import type { Place } from "./place.ts";
import { type CookieChannel, Wire } from "./wire.ts";

/** An application's cookies that are not sessions. Made by `createCookies`. */
export class Cookies<Definition extends CookieDefinition = CookieDefinition> {
  /** What was refused, which keys still arrive, what visitors decided. Also on `node:diagnostics_channel`, as `coatcheck:<name>`. */
  readonly events: EventSource<CookieEvents>;

  readonly #settings: CookieSettings;
  /** Where a request keeps its jar of this manager; another manager has another key. */
  readonly #key = Symbol("coatcheck.cookies");

  /** @internal Use `createCookies`. */
  constructor(definitions: readonly Definition[], options: CookiesOptions) {
    this.#settings = settingsOf(definitions, options);
    this.events = this.#settings.events;
  }

  /**
   * The cookies of whatever has headers: an `IncomingMessage`, a `Request`, `{ headers }`. Nothing is read before somebody asks. The caller puts
   * `jar.headers` into the response.
   */
  open(
    request: SessionRequest,
    facts?: RequestFacts,
    channel?: CookieChannel,
  ): CookieJar<Definition> {
    const settings = this.#settings;
    const wire = new Wire(settings, request, facts, channel);
    const consent =
      settings.consent &&
      new RequestConsent(wire, settings, settings.consent, [...settings.places.values()]);
    return new RequestJar<Definition>(wire, this.#placeOf, consent);
  }

  /** The cookies of a request that a framework package knows. Throws a `SessionNotLoadedError` if none does. */
  of(request: object): CookieJar<Definition> {
    const { raw, req } = request as { readonly raw?: object; readonly req?: object };
    for (const it of [request, raw, req]) {
      const jar = it && this.bound(it);
      if (jar) return jar();
    }
    throw new SessionNotLoadedError("this request has no cookies: register the framework package");
  }

  /** For framework packages: says how `of` gets this request's jar. */
  bind(request: object, jar: () => CookieJar<Definition>): void {
    (request as Bound<Definition>)[this.#key] = jar;
  }

  /** For framework packages: what was bound to this very request. */
  bound(request: object): (() => CookieJar<Definition>) | undefined {
    return (request as Bound<Definition>)[this.#key];
  }

  readonly #placeOf = (definition: CookieDefinition): Place => {
    const place = this.#settings.places.get(definition);
    return (
      place ?? fail("definitions", `lack cookie ${definition?.name}: list it in createCookies`)
    );
  };
}

type Bound<Definition extends CookieDefinition> = Record<
  symbol,
  (() => CookieJar<Definition>) | undefined
>;

/** The type of a manager's jars: `JarOf<typeof cookies>`. */
export type JarOf<Manager> =
  Manager extends Cookies<infer Definition> ? CookieJar<Definition> : never;

/**
 * The manager of an application's cookies that are not sessions: all of them, so that a withdrawn consent removes what it has to.
 *
 * @throws SessionConfigError for any option that is unknown, impossible or unsafe, with the remedy in its message.
 */
export function createCookies<const Definition extends CookieDefinition>(
  definitions: readonly Definition[],
  options: CookiesOptions = {},
): Cookies<Definition> {
  return new Cookies<Definition>(definitions, options);
}
