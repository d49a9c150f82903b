import type { HeaderPair } from "../session/delivery.ts";
import type { Session } from "../session/session.ts";
import type { Bench, Loose } from "./bench.ts";

/** How a client without cookies sends its token, and learns of a new one. */
export interface HeaderWay {
  readonly request: (token: string) => Record<string, string>;
  readonly reply: string;
}

export const BEARER: HeaderWay = {
  request: (token) => ({ authorization: `Bearer ${token}` }),
  reply: "x-session-token",
};
export const HEADER: HeaderWay = { request: (token) => ({ "x-id": token }), reply: "x-id" };

/** A client that keeps its token by itself. */
export class HeaderClient {
  token: string | undefined;
  /** What the last response said. */
  headers: readonly HeaderPair[] = [];
  readonly #bench: Bench;
  readonly #way: HeaderWay;

  constructor(bench: Bench, way: HeaderWay, token?: string) {
    this.#bench = bench;
    this.#way = way;
    this.token = token;
  }

  async open(more: Record<string, string> = {}, method = "GET"): Promise<Session<Loose>> {
    const own = this.token === undefined ? {} : this.#way.request(this.token);
    return this.#bench.sessions.open({ method, headers: { ...own, ...more } });
  }

  async commit(session: Session<Loose>): Promise<void> {
    this.receive(await this.#bench.sessions.commit(session));
  }

  receive(headers: readonly HeaderPair[]): void {
    this.headers = headers;
    for (const [name, value] of headers)
      if (name === this.#way.reply) this.token = value || undefined;
  }

  async visit<T>(work: (session: Session<Loose>) => T): Promise<T> {
    const session = await this.open();
    const result = work(session);
    await this.commit(session);
    return result;
  }

  /** Another client with the same token. */
  copy(): HeaderClient {
    return new HeaderClient(this.#bench, this.#way, this.token);
  }

  /** The values of one header of the last response. */
  said(name: string): string[] {
    return this.headers.filter(([it]) => it === name).map(([, value]) => value);
  }
}
