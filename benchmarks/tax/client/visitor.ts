import type { Reply } from "./connection.ts";

/** As a browser sends it, other people's cookies included. */
const HEAD = [
  "Host: 127.0.0.1",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language: en-GB,en;q=0.5",
  "Accept-Encoding: gzip, deflate, br",
  "Sec-Fetch-Site: same-origin",
].join("\r\n");
const BEFORE = "_ga=GA1.1.1904821637.1764403200";
const AFTER = "consent=essential%2Cstatistics";

const SET_COOKIE = /\r\nset-cookie: ([^=]+)=([^;\r]*)/gi;

/** A browser with its cookies. Its requests are made once and kept as bytes. */
export class Visitor {
  readonly #cookies: Map<string, string>;
  readonly #requests = new Map<string, Buffer>();

  constructor(cookies: Iterable<readonly [string, string]> = []) {
    this.#cookies = new Map(cookies);
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** `GET /read` as it goes over the wire. */
  request(line: string): Buffer {
    let bytes = this.#requests.get(line);
    if (!bytes) {
      bytes = Buffer.from(this.#spelled(line), "latin1");
      this.#requests.set(line, bytes);
    }
    return bytes;
  }

  /** Takes the cookies of a response. Whether there were any. */
  keep({ head }: Reply): boolean {
    if (head === undefined) return false;
    for (const [, name = "", value = ""] of head.matchAll(SET_COOKIE)) {
      this.#cookies.set(name, value);
    }
    this.#requests.clear();
    return true;
  }

  #spelled(line: string): string {
    const own = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    const cookie = [BEFORE, ...own, AFTER].join("; ");
    const length = line.startsWith("POST") ? "Content-Length: 0\r\n" : "";
    return `${line} HTTP/1.1\r\n${HEAD}\r\nCookie: ${cookie}\r\n${length}\r\n`;
  }
}
