import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { HandlerContext, TestApp, TestRoute } from "@coatcheck/testkit";
import {
  All,
  Controller,
  Redirect,
  Req,
  Res,
  Sse,
  StreamableFile,
  type Type,
} from "@nestjs/common";
import { from, map } from "rxjs";
import { contextOf } from "./context.ts";

/** The part that Express's response and Fastify's reply have in common. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string | string[]): unknown;
}
type NestRequest = object & { readonly raw?: IncomingMessage };
type NestReply = Reply & { readonly raw?: ServerResponse; hijack?(): unknown };

/** A controller with one method a route, decorated as a person would. */
export function controllerFor(app: TestApp): Type {
  class SuiteController {}
  const { prototype } = SuiteController;
  for (const [path, route] of Object.entries(app.routes)) {
    const method = (request: NestRequest, reply: NestReply): unknown =>
      handle(route, request, reply);
    Object.defineProperty(prototype, path, { value: method, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(prototype, path) as PropertyDescriptor;
    const verb = route.reply === "sse" ? Sse(path) : All(path);
    verb(prototype, path, descriptor);
    if (route.reply === "redirect") Redirect()(prototype, path, descriptor);
    Req()(prototype, path, 0);
    const passthrough = route.reply !== "hijack";
    Res({ passthrough })(prototype, path, 1);
  }
  Controller()(SuiteController);
  return SuiteController;
}

function handle(route: TestRoute, request: NestRequest, reply: NestReply): unknown {
  if (route.reply === "hijack") reply.hijack?.();
  const header: HandlerContext["header"] = (name, value) => reply.header(name, value);
  const raw = (request.raw ?? request) as IncomingMessage;
  const response = (reply.raw ?? reply) as ServerResponse;
  const result = route.handle(contextOf(request, raw, response, header));
  return result instanceof Promise
    ? result.then((value) => returned(route.reply, reply, value as never))
    : returned(route.reply, reply, result as never);
}

function returned(kind: TestRoute["reply"], reply: NestReply, result: never): unknown {
  return results[kind](result, reply);
}

/** What a method returns so that Nest sends it. */
const results: Readonly<Record<TestRoute["reply"], (result: never, reply: NestReply) => unknown>> =
  {
    json: (value: unknown) => value,
    text: (body: string) => body,
    redirect: (url: string) => ({ url, statusCode: 302 }),
    empty: (status: number, reply) => {
      reply.status(status);
    },
    stream: (stream: Readable) => new StreamableFile(stream),
    file: (path: string) => new StreamableFile(createReadStream(path)),
    sse: (texts: AsyncIterable<string>) => from(texts).pipe(map((data) => ({ data }))),
    hijack: () => undefined,
  };
