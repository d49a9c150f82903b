import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSessions, memoryStore } from "@coatcheck/core";
import { koaSession } from "@coatcheck/koa";
import { instrumentSessions, observedStore } from "@coatcheck/opentelemetry";
import { asynchronousStore } from "@coatcheck/testkit";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import Koa from "koa";
import { expect, onTestFinished, test } from "vitest";
import { telemetry } from "./telemetry.ts";

interface ExportedSpan {
  readonly name: string;
  spanContext(): { readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string };
}

test("over HTTP, a request's spans hang together and the logins are counted", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  const it = telemetry();
  const storage = observedStore(asynchronousStore(memoryStore()), it);
  const sessions = createSessions({ storage });
  instrumentSessions(sessions, { ...it, spans: true });
  const app = new Koa();
  // What an instrumentation of HTTP does.
  app.use((_, next) => {
    const span = it.tracer.startSpan("request");
    return context.with(trace.setSpan(context.active(), span), async () => {
      await next();
      span.end();
    });
  });
  app.use(koaSession(sessions));
  app.use((ctx) => {
    const session = sessions.of(ctx);
    if (ctx.path === "/login") session.login("beatrix");
    ctx.body = session.userId ?? "nobody";
  });
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const login = await fetch(`${url}/login`);
  const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect(await (await fetch(url, { headers: { cookie } })).text()).toBe("beatrix");

  const { metrics, spans } = await it.exported();
  const list = spans as unknown as readonly ExportedSpan[];
  const nameOf = (id: string | undefined) =>
    list.find((span) => span.spanContext().spanId === id)?.name;
  expect(list.map(({ name, parentSpanContext: up }) => `${nameOf(up?.spanId)} > ${name}`)).toEqual([
    "request > coatcheck open",
    "coatcheck commit > coatcheck.store create",
    "request > coatcheck commit",
    "undefined > request",
    "coatcheck open > coatcheck.store read",
    "request > coatcheck open",
    "request > coatcheck commit",
    "undefined > request",
  ]);
  const text = JSON.stringify(metrics);
  expect(text).toContain("coatcheck.session.login");
  expect(text).not.toContain("beatrix");
  expect(text).not.toContain(cookie.slice(10, 32));
});
