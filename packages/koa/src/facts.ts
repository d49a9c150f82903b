import type { RequestFacts } from "@coatcheck/core";
import type { Context } from "koa";

/** What Koa knows of a request, by its `proxy`: asked only when it matters. */
export class KoaFacts implements RequestFacts {
  readonly #ctx: Context;

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  secure(): boolean {
    return this.#ctx.secure;
  }

  host(): string {
    return this.#ctx.host;
  }

  address(): string {
    return this.#ctx.ip;
  }
}
