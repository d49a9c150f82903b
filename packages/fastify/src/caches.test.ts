import { Readable } from "node:stream";
import { createSessions } from "@coatcheck/core";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { fastifySession } from "./index.ts";

test.each([
  ["text", () => "text"],
  ["nothing", () => undefined],
  ["a stream", () => Readable.from(["text"])],
])(
  "guarantee 18: a hook that sets a Vary of its own takes nothing from that of the session (%s)",
  async (_, body) => {
    const app = Fastify();
    onTestFinished(() => app.close());
    const sessions = createSessions();
    await app.register(fastifySession, { sessions });
    app.addHook("onSend", async (_request, reply) => {
      reply.header("vary", "Accept-Encoding");
    });
    app.get("/", (request, reply) => {
      request.session.get("page");
      reply.send(body());
    });
    const { headers } = await app.inject("/");
    expect(headers.vary).toBe("Accept-Encoding, Cookie");
  },
);
