import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import type { Seen } from "./application.ts";

// A browser keeps its connections too; without that, a long run would use up the machine's ports.
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Answer {
  readonly status: number;
  readonly setCookie: readonly string[];
  /** Of `/me`. */
  readonly seen: Seen;
  /** The code of the error that was answered. */
  readonly error: string | undefined;
  readonly ms: number;
}

/** A browser with one cookie. */
export class Visitor {
  readonly #port: number;
  cookie: string | undefined;

  constructor(port: number, cookie?: string) {
    this.#port = port;
    this.cookie = cookie;
  }

  async ask(path: string): Promise<Answer> {
    const start = performance.now();
    const sent = request({
      port: this.#port,
      host: "127.0.0.1",
      path,
      method: path === "/me" ? "GET" : "POST",
      agent,
      headers: this.cookie === undefined ? {} : { cookie: this.cookie },
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error(`${path}: no answer`)));
    const [response] = (await once(sent.end(), "response")) as [IncomingMessage];
    let body = "";
    for await (const chunk of response) body += chunk;
    const setCookie = response.headers["set-cookie"] ?? [];
    for (const line of setCookie) this.#take(line);
    const said = JSON.parse(body) as Seen & { readonly error?: string };
    return {
      status: response.statusCode ?? 0,
      setCookie,
      seen: said,
      error: said.error,
      ms: performance.now() - start,
    };
  }

  #take(line: string): void {
    this.cookie = /; Max-Age=0(;|$)/i.test(line) ? undefined : line.slice(0, line.indexOf(";"));
  }
}

/** The session's id, of a cookie `name=id.secret`. */
export function idIn(cookie: string): string {
  return cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf("."));
}
