import type { RequestListener } from "node:http";

interface Reply {
  readonly lines: readonly string[];
  /** An address to show in a frame. */
  readonly framed?: string;
}

/** An application of pages that tests write: each sets cookies of its own, and shows the Cookie header that it got. */
export class Pages {
  readonly #replies = new Map<string, Reply>();

  /** The path, `/app/…`, of a page that answers with these Set-Cookie lines. */
  setting(lines: readonly string[]): string {
    return this.#add({ lines });
  }

  /** The path of a page that shows another in a frame. */
  framing(url: string): string {
    return this.#add({ lines: [], framed: url });
  }

  readonly listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://any");
    const { lines, framed } = this.#replies.get(pathname) ?? { lines: [] };
    // UTF-8, as servers that write more than ASCII send it.
    const bytes = lines.map((line) => Buffer.from(line).toString("latin1"));
    response.setHeader("set-cookie", bytes);
    response.setHeader("content-type", framed === undefined ? "text/plain" : "text/html");
    response.end(framed === undefined ? request.headers.cookie : `<iframe src="${framed}">`);
  };

  #add(reply: Reply): string {
    const path = `/app/page-${this.#replies.size}`;
    this.#replies.set(path, reply);
    return path;
  }
}
