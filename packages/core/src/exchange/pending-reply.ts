import type { PendingResponse } from "./open-exchange.ts";

/** The part of a Fastify reply that is used: two packages meet it, and one of them without Fastify's types. */
export interface ReplyLike {
  getHeader(name: string): number | string | string[] | undefined;
  removeHeader(name: string): unknown;
  header(name: string, value: string | readonly string[]): unknown;
  code(status: number): unknown;
}

/** Fastify keeps its headers beside Node's, and would overwrite those that are set there. */
export class PendingReply implements PendingResponse {
  readonly body: unknown;
  readonly #reply: ReplyLike;

  constructor(reply: ReplyLike, body: unknown) {
    this.#reply = reply;
    this.body = body;
  }

  getHeader(name: string): number | string | string[] | undefined {
    return this.#reply.getHeader(name);
  }

  setHeader(name: string, value: string | readonly string[]): void {
    // `header` would add to a set-cookie that is there; the value given here is the whole list.
    this.#reply.removeHeader(name);
    this.#reply.header(name, value);
  }

  removeHeader(name: string): void {
    this.#reply.removeHeader(name);
  }

  setStatus(status: number): void {
    this.#reply.code(status);
  }
}
