import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

export interface Sent {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * The names under which servers of this machine are known: `https://shop.example` is a port here, as behind a proxy that ends TLS.
 * Sites that differ, as the browser and its SameSite cookies see it, are what localhost with its ports cannot show.
 */
export class Web {
  readonly exchanges: Exchange[] = [];
  readonly sent: Sent[] = [];
  /** Addresses that no server reaches for now. */
  readonly unreachable = new Set<string>();
  readonly #ports = new Map<string, number>();

  host(origin: string, port: number): void {
    this.#ports.set(origin, port);
  }

  async send(url: URL, { method, headers, body = "" }: Omit<Sent, "url">): Promise<Exchange> {
    this.sent.push({ url, method, headers, body });
    const sent = request({
      host: "127.0.0.1",
      port: this.#ports.get(url.origin) ?? url.port,
      method,
      path: `${url.pathname}${url.search}`,
      agent: false,
      headers: {
        host: url.host,
        "x-forwarded-proto": url.protocol.slice(0, -1),
        ...headers,
        ...(method !== "GET" && { "content-length": Buffer.byteLength(body) }),
      },
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const { statusCode: status = 0, headers: received } = response;
    const exchange = { url, method, status, headers: received, body: await text(response) };
    this.exchanges.push(exchange);
    return exchange;
  }

  /** How a server reaches the others. */
  readonly fetch: typeof fetch = async (input, init) => {
    const { url, method, headers, body } = new Request(input, init);
    if (this.unreachable.has(url)) throw new TypeError("fetch failed");
    const exchange = await this.send(new URL(url), {
      method,
      headers: Object.fromEntries(headers),
      body: body ? await text(body) : undefined,
    });
    return new Response(exchange.body || null, { status: exchange.status });
  };
}
