const PATIENCE_MS = 10_000;

/** What came back: redirects are followed as a browser does after a POST. */
export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  /** Every Set-Cookie on the way. */
  readonly setCookie: readonly string[];
}

/** A browser as far as sessions see one: it keeps cookies by host, whatever the port, and says where its requests come from. */
export class Browser {
  readonly #port: number;
  readonly #jar = new Map<string, string>();

  /** @param port of the first server; the others follow it. */
  constructor(port: number) {
    this.#port = port;
  }

  get cookies(): string {
    return [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookies(line: string) {
    this.#jar.clear();
    for (const pair of line.split("; ").filter(Boolean)) this.#store(pair);
  }

  /** The value of one cookie. */
  cookie(name: string): string | undefined {
    return this.#jar.get(name);
  }

  get(server: number, path: string): Promise<Visit> {
    return this.#visit(new URL(path, this.#origin(server)), {});
  }

  post(
    server: number,
    path: string,
    form: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Visit> {
    const origin = this.#origin(server);
    return this.#visit(new URL(path, origin), {
      method: "POST",
      headers: { origin, "sec-fetch-site": "same-origin", ...headers },
      body: new URLSearchParams(form),
    });
  }

  async #visit(url: URL, init: RequestInit, before: readonly string[] = []): Promise<Visit> {
    const headers = new Headers(init.headers);
    if (this.#jar.size > 0) headers.set("cookie", this.cookies);
    const response = await fetch(url, {
      ...init,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const lines = response.headers.getSetCookie();
    for (const line of lines) this.#store(line);
    const setCookie = [...before, ...lines];
    const text = await response.text();
    const location = response.headers.get("location");
    if (location !== null) return this.#visit(new URL(location, url), {}, setCookie);
    return { status: response.status, url: url.pathname + url.search, text, setCookie };
  }

  #store(line: string): void {
    const [pair = ""] = line.split(";");
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(name.length + 1);
    if (value === "" || /; Max-Age=0/i.test(line)) this.#jar.delete(name);
    else this.#jar.set(name, value);
  }

  #origin(server: number): string {
    return `http://127.0.0.1:${this.#port + server}`;
  }
}
