import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
export const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export interface Page {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly location: string | undefined;
  readonly body: string;
}

export interface Device {
  readonly id: string;
  readonly text: string;
}

interface Cookie {
  readonly value: string;
  readonly persistent: boolean;
}

type Fields = Readonly<Record<string, string>>;

/** A person's browser: keeps cookies, sends forms from the site's own pages, and follows no redirect by itself. */
export class Browser {
  readonly cookies = new Map<string, Cookie>();
  readonly #port: number;
  readonly #userAgent: string;

  constructor(port: number, userAgent = FIREFOX) {
    this.#port = port;
    this.#userAgent = userAgent;
  }

  get(path: string): Promise<Page> {
    return this.#send("GET", path, {}, "");
  }

  post(path: string, form: Fields = {}, headers: Fields = {}): Promise<Page> {
    const origin = `http://localhost:${this.#port}`;
    const own = {
      origin,
      referer: `${origin}${path === "/email" ? "/" : path}`,
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    };
    return this.#send("POST", path, own, new URLSearchParams(form).toString());
  }

  logIn(form: Fields = {}, path = "/login"): Promise<Page> {
    return this.post(path, { name: "ann", password: "correct horse battery staple", ...form });
  }

  async devices(): Promise<Device[]> {
    const { body } = await this.get("/devices");
    return [...body.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = ""]) => ({
      id: /value="(.*?)"/.exec(item)?.[1] ?? "",
      text: item.replace(/<.*?>/gs, ""),
    }));
  }

  /** Closes all windows: what is no persistent cookie goes. */
  quit(): void {
    for (const [name, { persistent }] of this.cookies) if (!persistent) this.cookies.delete(name);
  }

  /** Another client with the same cookies, as a thief would have them. */
  copy(...names: readonly string[]): Browser {
    const copy = new Browser(this.#port, this.#userAgent);
    for (const [name, cookie] of this.cookies) {
      if (names.length === 0 || names.includes(name)) copy.cookies.set(name, cookie);
    }
    return copy;
  }

  async #send(method: string, path: string, headers: Fields, body: string): Promise<Page> {
    const cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
    const sent = request({
      host: "localhost",
      port: this.#port,
      method,
      path,
      agent: false,
      headers: {
        "user-agent": this.#userAgent,
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        "sec-fetch-mode": "navigate",
        ...headers,
        ...(body && { "content-length": Buffer.byteLength(body) }),
        ...(cookie && { cookie }),
      },
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    for (const line of response.headers["set-cookie"] ?? []) this.#keep(line);
    const { statusCode: status = 0, headers: received } = response;
    return { status, headers: received, location: received.location, body: await text(response) };
  }

  #keep(line: string): void {
    const [, name = "", value = "", attributes = ""] = /^(.*?)=([^;]*)(.*)$/.exec(line) ?? [];
    if (/; Max-Age=0(;|$)/.test(attributes)) this.cookies.delete(name);
    else this.cookies.set(name, { value, persistent: /; Max-Age=/.test(attributes) });
  }
}
