import type { RequestFacts } from "../request/request.ts";

/** The part of a Fastify request that is used: two packages meet it, and one of them without Fastify's types. */
export interface FastifyRequestLike {
  readonly protocol: string;
  readonly host: string;
  readonly ip: string;
}

/** What Fastify knows of a request, by its `trustProxy`: asked only when it matters. */
export class FastifyFacts<Request extends FastifyRequestLike> implements RequestFacts {
  protected readonly request: Request;

  constructor(request: Request) {
    this.request = request;
  }

  secure(): boolean {
    return this.request.protocol === "https";
  }

  host(): string {
    return this.request.host;
  }

  address(): string {
    return this.request.ip;
  }
}
