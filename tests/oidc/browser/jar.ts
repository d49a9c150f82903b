/** A request, as far as it decides which cookies go along. */
export interface Visit {
  readonly url: URL;
  readonly method: string;
  /** The request comes from a page of another site, and is no first visit. */
  readonly crossSite: boolean;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly secure: boolean;
  readonly sameSite: "strict" | "lax" | "none";
  readonly persistent: boolean;
}

/** Cookies as a browser keeps them: by host and path, whatever the port (RFC 6265 section 8.5); no Domain, which nothing here sets. */
export class Jar {
  readonly #cookies = new Map<string, Cookie>();

  receive(url: URL, lines: readonly string[]): void {
    for (const line of lines) this.#receive(url, line);
  }

  header({ url, method, crossSite }: Visit): string | undefined {
    const fitting = [...this.#cookies.values()].filter(
      ({ host, path, secure, sameSite }) =>
        host === url.hostname &&
        (url.pathname === path ||
          url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`)) &&
        (!secure || isTrustworthy(url)) &&
        (!crossSite || sameSite === "none" || (sameSite === "lax" && method === "GET")),
    );
    return fitting.map(({ name, value }) => `${name}=${value}`).join("; ") || undefined;
  }

  /** The cookies for a host by name. */
  of(host: string): ReadonlyMap<string, string> {
    const own = [...this.#cookies.values()].filter((cookie) => cookie.host === host);
    return new Map(own.map(({ name, value }) => [name, value]));
  }

  copy(other: Jar): void {
    for (const [key, cookie] of other.#cookies) this.#cookies.set(key, cookie);
  }

  #receive(url: URL, line: string): void {
    const [pair = "", ...rest] = line.split(/; ?/);
    const [, name = "", value = ""] = /^(.*?)=(.*)$/.exec(pair) ?? [];
    const attributes = new Map(
      rest.map((it) => {
        const [key = "", of = ""] = it.split("=");
        return [key.toLowerCase(), of];
      }),
    );
    const secure = attributes.has("secure");
    const path = attributes.get("path") || "/";
    if (secure && !isTrustworthy(url)) return;
    if (name.startsWith("__Host-") && (!secure || path !== "/" || attributes.has("domain"))) return;
    const key = `${url.hostname} ${path} ${name}`;
    const maxAge = attributes.get("max-age");
    const ends =
      maxAge === undefined
        ? Date.parse(attributes.get("expires") ?? "") <= Date.now()
        : +maxAge <= 0;
    if (ends) {
      this.#cookies.delete(key);
      return;
    }
    const sameSite = attributes.get("samesite")?.toLowerCase();
    if (sameSite === "none" && !secure) return;
    this.#cookies.set(key, {
      host: url.hostname,
      path,
      name,
      value,
      secure,
      sameSite: sameSite === "strict" || sameSite === "none" ? sameSite : "lax",
      persistent: maxAge !== undefined || attributes.has("expires"),
    });
  }
}

function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || hostname === "localhost" || hostname === "127.0.0.1";
}
