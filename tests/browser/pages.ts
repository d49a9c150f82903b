import type { RequestListener } from "node:http";

/** An application of pages that tests write: each sets cookies of its own, and its body is the Cookie header that it got. */
export class Pages {
  readonly #lines = new Map<string, readonly string[]>();

  /** The path, `/app/…`, of a page that answers with these Set-Cookie lines. */
  setting(lines: readonly string[]): string {
    const path = `/app/set-${this.#lines.size}`;
    this.#lines.set(path, lines);
    return path;
  }

  readonly listener: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://any");
    const lines = this.#lines.get(pathname);
    // UTF-8, as servers that write more than ASCII send it.
    const bytes = lines?.map((line) => Buffer.from(line).toString("latin1"));
    if (bytes) response.setHeader("set-cookie", bytes);
    response.setHeader("content-type", "text/plain");
    response.end(request.headers.cookie ?? "");
  };
}
