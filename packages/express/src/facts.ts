import type { IncomingMessage } from "node:http";
import type { RequestFacts } from "@coatcheck/core";

/** Express's `req`, or `node:http`'s. */
export interface ExpressRequest extends IncomingMessage {
  readonly secure?: boolean;
  readonly ip?: string | undefined;
  readonly originalUrl?: string;
  readonly app?: { get(setting: string): unknown };
}

/** What Express knows of a request, or who set up a `node:http` server: asked only when it matters. */
export class ExpressFacts implements RequestFacts {
  readonly #request: ExpressRequest;
  readonly #secure: ((request: ExpressRequest) => boolean) | undefined;

  constructor(request: ExpressRequest, secure: ((request: ExpressRequest) => boolean) | undefined) {
    this.#request = request;
    this.#secure = secure;
  }

  secure(): boolean | undefined {
    return this.#secure?.(this.#request) ?? this.#request.secure;
  }

  host(): string | undefined {
    return forwardedHost(this.#request);
  }

  address(): string | undefined {
    return this.#request.ip ?? this.#request.socket.remoteAddress;
  }
}

/** By Express's rule, where there is Express: X-Forwarded-Host counts if `trust proxy` trusts who sent it. */
function forwardedHost({ app, headers, socket }: ExpressRequest): string | undefined {
  const trusts = app?.get("trust proxy fn") as
    | ((address: string, hop: number) => boolean)
    | undefined;
  const forwarded = headers["x-forwarded-host"];
  if (typeof forwarded !== "string" || !trusts?.(socket.remoteAddress ?? "", 0)) return undefined;
  return forwarded.split(",", 1)[0]?.trim();
}
