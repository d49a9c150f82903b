import { type Sent, send, textOf } from "./exchange.ts";

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
  readonly #userAgent: string;
  readonly #jar = new Map<string, string>();
  /** Names of the cookies that go when it is closed. */
  readonly #passing = new Set<string>();

  /** @param port of the first server; the others follow it. */
  constructor(port: number, userAgent = "") {
    this.#port = port;
    this.#userAgent = userAgent;
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

  close(): void {
    for (const name of this.#passing) this.#jar.delete(name);
  }

  get(
    server: number,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Visit> {
    return this.#visit(new URL(path, this.#origin(server)), { headers });
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
      form,
    });
  }

  /** Opens a stream; gives what came by it once it ends. */
  async listen(server: number, path: string): Promise<{ readonly ended: Promise<string> }> {
    const url = new URL(path, this.#origin(server));
    const headers = { cookie: this.cookies, "sec-fetch-mode": "cors" };
    return { ended: textOf(await send(url, { headers })) };
  }

  async #visit(url: URL, sent: Sent, before: readonly string[] = []): Promise<Visit> {
    const headers = {
      "sec-fetch-mode": "navigate",
      "user-agent": this.#userAgent,
      ...(this.#jar.size > 0 && { cookie: this.cookies }),
      ...sent.headers,
    };
    const response = await send(url, { ...sent, headers });
    const lines = response.headers["set-cookie"] ?? [];
    for (const line of lines) this.#store(line);
    const setCookie = [...before, ...lines];
    const text = await textOf(response);
    const { location } = response.headers;
    if (location !== undefined) {
      return this.#visit(new URL(location, url), { headers: {} }, setCookie);
    }
    return { status: response.statusCode ?? 0, url: url.pathname + url.search, text, setCookie };
  }

  #store(line: string): void {
    const [pair = ""] = line.split(";");
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(name.length + 1);
    if (value === "" || /; Max-Age=0/i.test(line)) this.#jar.delete(name);
    else this.#jar.set(name, value);
    if (/; Max-Age=/i.test(line)) this.#passing.delete(name);
    else this.#passing.add(name);
  }

  #origin(server: number): string {
    return `http://127.0.0.1:${this.#port + server}`;
  }
}
