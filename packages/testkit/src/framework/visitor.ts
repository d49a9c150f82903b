import type { Agent } from "node:http";
import { type Answer, Conversation } from "./conversation.ts";
import { CookieJar } from "./jar.ts";

/** The name of the suite's session cookie: the default one. */
export const COOKIE = "__Host-id";

export interface SendOptions {
  /** Headers beside Cookie, which the jar provides unless it is given here. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Raw header fields `[name, value, name, value]`, sent as they are and without the jar. */
  readonly rawHeaders?: readonly string[];
  readonly agent?: Agent;
}

/** A client with cookies of its own, on a real socket. */
export class Visitor {
  readonly jar = new CookieJar();
  /** The session's id, as the last answer that named one had it. */
  id: string | undefined;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get(path: string, options?: SendOptions): Promise<Answer> {
    return this.send("GET", path, options);
  }

  post(path: string, options?: SendOptions): Promise<Answer> {
    return this.send("POST", path, options);
  }

  send(method: string, path: string, options?: SendOptions): Promise<Answer> {
    return this.begin(method, path, options).answer.then((answer) => {
      const { id } = idIn(answer);
      this.id = id ?? this.id;
      return answer;
    });
  }

  /** Sends a request whose response is looked at while it comes in. */
  begin(method: string, path: string, options: SendOptions = {}): Conversation {
    const conversation = new Conversation({
      port: this.#port,
      method,
      path,
      agent: options.agent,
      headers: options.rawHeaders ?? this.#headers(options.headers),
    });
    void conversation.head.then(
      ({ headers }) => this.jar.receive(headers["set-cookie"] ?? []),
      () => {},
    );
    return conversation;
  }

  /** The session token that this client holds. */
  get token(): string | undefined {
    return this.jar.get(COOKIE)?.value;
  }

  set token(token: string) {
    this.jar.set(COOKIE, token);
  }

  /** Another client that holds the same cookies now, at the same server or at another one. */
  twin(port = this.#port): Visitor {
    const twin = new Visitor(port);
    twin.jar.copy(this.jar);
    twin.id = this.id;
    return twin;
  }

  #headers(own: Readonly<Record<string, string>> = {}): string[] {
    const cookie = own.cookie ?? this.jar.header;
    const headers: Record<string, string> = {
      host: `127.0.0.1:${this.#port}`,
      // No body: a server must not wait for one, nor ask for its type.
      "content-length": "0",
      ...own,
    };
    if (cookie !== undefined) headers.cookie = cookie;
    return Object.entries(headers).flat();
  }
}

/** What an answer says of the session's id. One to HEAD has no body, and an error page another one. */
function idIn({ headers, body }: Answer): { readonly id?: string } {
  if (body === "" || !headers["content-type"]?.startsWith("application/json")) return {};
  return (JSON.parse(body) ?? {}) as object;
}
