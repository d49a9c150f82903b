import type { RequestFacts } from "@coatcheck/core";
import type { FastifyRequest } from "fastify";

/** What Fastify knows of a request, by its `trustProxy`: asked only when it matters. */
export class FastifyFacts implements RequestFacts {
  protected readonly request: FastifyRequest;

  constructor(request: FastifyRequest) {
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
