import { parseSetCookie } from "cookie";
import { START } from "../../testing/bench.ts";
import type { CookieDefinition } from "../definition.ts";
import type { CookieEvents } from "../events.ts";
import type { CookieJar } from "../jar.ts";
import { type Cookies, createCookies } from "../manager.ts";
import type { CookiesOptions } from "../options.ts";

/** A manager whose clock stands still, a browser, and a log of events. */
export interface CookieBench<Definition extends CookieDefinition> {
  readonly cookies: Cookies<Definition>;
  /** What the browser holds, by name. */
  readonly held: Map<string, string>;
  readonly events: [name: keyof CookieEvents, event: object][];
  wait(ms: number): void;
  /** A request with what the browser holds. */
  open(headers?: Record<string, string>): CookieJar<Definition>;
  /** The browser takes the response. */
  receive(jar: CookieJar<Definition>): void;
  /** A whole request. */
  visit<T>(work: (jar: CookieJar<Definition>) => T, headers?: Record<string, string>): T;
}

export function cookieBench<const Definition extends CookieDefinition>(
  definitions: readonly Definition[],
  options: CookiesOptions = {},
): CookieBench<Definition> {
  let time = START;
  const cookies = createCookies(definitions, { clock: () => time, ...options });
  const held = new Map<string, string>();
  const events: CookieBench<Definition>["events"] = [];
  for (const name of ["cookie-rejected", "cookie-key", "consent-decided"] as const) {
    cookies.events.on(name, (event) => events.push([name, event]));
  }
  const open = (headers: Record<string, string> = {}): CookieJar<Definition> => {
    const cookie = [...held].map(([name, value]) => `${name}=${value}`).join("; ");
    return cookies.open({ headers: { ...(cookie && { cookie }), ...headers } });
  };
  const receive = (jar: CookieJar<Definition>): void => {
    for (const line of setCookies(jar)) {
      // As browsers do: they decode nothing.
      const { name, value = "", maxAge } = parseSetCookie(line, { decode: (text) => text });
      if (maxAge === 0) held.delete(name);
      else held.set(name, value);
    }
  };
  return {
    cookies,
    held,
    events,
    wait: (ms) => {
      time += ms;
    },
    open,
    receive,
    visit: (work, headers) => {
      const jar = open(headers);
      const result = work(jar);
      receive(jar);
      return result;
    },
  };
}

export function setCookies(jar: Pick<CookieJar, "headers">): string[] {
  return jar.headers.filter(([name]) => name === "set-cookie").map(([, line]) => line);
}
