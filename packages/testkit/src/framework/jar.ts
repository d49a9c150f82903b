/** A cookie as it was last set. */
export interface JarCookie {
  readonly value: string;
  /** The Set-Cookie line without name and value, as in `; Path=/; HttpOnly`. */
  readonly attributes: string;
}

/**
 * A browser's cookies for one server. It sends Secure cookies over plain HTTP too, as browsers do to loopback hosts;
 * everything that the suite does not need (paths, domains, expiry by time) is left out.
 */
export class CookieJar {
  readonly #cookies = new Map<string, JarCookie>();

  /** Takes over what a response sets and removes. */
  receive(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const { name, value, attributes } = parseSetCookie(line);
      if (/; Max-Age=0(;|$)/i.test(attributes)) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, attributes });
    }
  }

  get(name: string): JarCookie | undefined {
    return this.#cookies.get(name);
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, { value, attributes: "" });
  }

  /** Takes over every cookie of another jar, as who copies a browser's profile does. */
  copy(other: CookieJar): void {
    for (const [name, cookie] of other.#cookies) this.#cookies.set(name, cookie);
  }

  /** The browser was closed: what was to go with it goes. */
  close(): void {
    for (const [name, { attributes }] of this.#cookies) {
      if (!/; (Max-Age|Expires)=/i.test(attributes)) this.#cookies.delete(name);
    }
  }

  /** The Cookie header, or `undefined` where there is nothing to send. */
  get header(): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    return [...this.#cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
  }
}

/** The parts of a Set-Cookie line. */
export function parseSetCookie(line: string): { name: string } & JarCookie {
  const end = line.indexOf(";");
  const pair = end === -1 ? line : line.slice(0, end);
  const equals = pair.indexOf("=");
  return {
    name: pair.slice(0, equals),
    value: pair.slice(equals + 1),
    attributes: end === -1 ? "" : line.slice(end),
  };
}
