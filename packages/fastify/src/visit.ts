import { type ExchangeOptions, FastifyFacts, type GateOptions } from "@coatcheck/core/node";
import type { FastifyRequest } from "fastify";

/** All that the core has to know of a request, in one object, since every request needs one. */
export class FastifyVisit
  extends FastifyFacts<FastifyRequest>
  implements ExchangeOptions, GateOptions
{
  readonly lazy: boolean;

  constructor(request: FastifyRequest, lazy: boolean) {
    super(request);
    this.lazy = lazy;
  }

  get facts(): this {
    return this;
  }

  report(error: unknown): void {
    this.request.log.error(error);
  }
}
