import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/** A request that has arrived, and its response, which may be under way still. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The response is over, or its browser has gone. */
  readonly ended: Promise<unknown>;
}

/** What there is for every test. */
const OWN: ReadonlyArray<readonly [path: string, listener: RequestListener]> = [
  // Browsers ask for it beside the test's own pages; the shop would answer with a page, and use up a message on it.
  ["/favicon.ico", (_request, response) => response.writeHead(204).end()],
  [
    "/test/blank",
    (_request, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>blank</title>"),
  ],
];

/** Stands before a server: answers some paths itself, and notes what arrives for the others. */
export class Front {
  readonly arrivals: Arrival[] = [];
  readonly #routes = new Map(OWN);
  readonly #holds = new Map<string, () => Promise<void>>();
  readonly #headers = new Map<string, Readonly<Record<string, string>>>();

  #arrival = Promise.withResolvers<void>();

  constructor(server: Server) {
    const behind = server.listeners("request") as RequestListener[];
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const { method = "", url = "" } = request;
      const path = url.split("?", 1)[0] as string;
      const own = this.#routes.get(path);
      if (own) {
        own(request, response);
        return;
      }
      const hold = this.#holds.get(path);
      if (hold) holdBody(request, hold());
      putHeaders(response, this.#headers.get(path));
      const ended = new Promise((resolve) => response.once("close", resolve));
      this.arrivals.push({ method, path: url, request, response, ended });
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
      for (const handle of behind) handle.call(server, request, response);
    });
  }

  /** Answers a path in place of the server. */
  route(path: string, listener: RequestListener): void {
    this.#routes.set(path, listener);
  }

  /** A page, or a script, of the test's own. */
  page(path: string, text: string, type = "text/html"): void {
    this.route(path, (_request, response) => {
      response.setHeader("content-type", `${type}; charset=utf-8`).end(text);
    });
  }

  /** From here on the shop's pages have no script: what happens is the browser's doing, and the server's. */
  withoutScript(): void {
    this.page("/client/page.js", "", "text/javascript");
  }

  /** Puts headers into what the server answers for a path, in place of its own. */
  replacing(path: string, headers: Readonly<Record<string, string>>): void {
    this.#headers.set(path, headers);
  }

  /**
   * Lets the bodies of so many requests to a path through once all of those requests are there, so that they are handled at the same time
   * and not one after the other, as a fast server would.
   */
  together(path: string, count: number): void {
    const all = Promise.withResolvers<void>();
    let missing = count;
    this.#holds.set(path, () => {
      missing--;
      if (missing === 0) all.resolve();
      return all.promise;
    });
  }

  /** What has arrived of one path. */
  of(path: string): Arrival[] {
    return this.arrivals.filter((it) => it.path === path);
  }

  /** The first such request to this path, also one that is still to come. */
  async next(
    path: string,
    matches: (request: IncomingMessage) => boolean = () => true,
  ): Promise<Arrival> {
    for (;;) {
      const found = this.of(path).find(({ request }) => matches(request));
      if (found) return found;
      await this.#arrival.promise;
    }
  }

  /** For the next test: nothing has arrived, and nothing is answered here. */
  beginAnew(): void {
    this.#routes.clear();
    for (const [path, listener] of OWN) this.#routes.set(path, listener);
    this.forget();
  }

  forget(): void {
    this.#headers.clear();
    this.#holds.clear();
    this.arrivals.length = 0;
  }
}

/** At the last moment, after whatever framework there is. */
function putHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  if (headers === undefined) return;
  const writeHead = response.writeHead;
  response.writeHead = function writeReplacedHead(...args: unknown[]): ServerResponse {
    for (const given of args) {
      if (typeof given === "object" && given)
        for (const name in headers) Reflect.deleteProperty(given, name);
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return Reflect.apply(writeHead, this, args);
  };
}

/** What the parser hands over reaches the server later. */
function holdBody(request: IncomingMessage, until: Promise<void>): void {
  const push = request.push;
  request.push = (...args: Parameters<typeof push>) => {
    void until.then(() => push.apply(request, args));
    return true;
  };
}
