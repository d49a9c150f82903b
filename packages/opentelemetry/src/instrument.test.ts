import {
  createSessions,
  memoryStore,
  SessionConfigError,
  type SessionStore,
} from "@coatcheck/core";
import { sessionEventNames } from "@coatcheck/core/event-names";
import type { Counter, Meter, Tracer } from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { instrumentSessions } from "./instrument.ts";
import { observedStore } from "./observed-store.ts";
import { Client, type Loose } from "./testing/client.ts";
import { sdk } from "./testing/sdk.ts";

function start(options: Parameters<typeof createSessions<Loose>>[0] = {}) {
  const telemetry = sdk();
  onTestFinished(telemetry.stop);
  const sessions = createSessions<Loose>(options);
  return {
    ...telemetry,
    sessions,
    client: () => new Client(sessions),
  };
}

test("each event is counted under its own name, with attributes of few values", async () => {
  const it = start();
  const stop = instrumentSessions(it.sessions, { meter: it.meter });
  const client = it.client();
  await client.visit((session) => session.set("a", 1));
  const old = client.copy();
  await client.visit((session) => session.rotate());
  await client.visit((session) => session.get("a"));
  await client.visit((session) => session.login("ada"));
  await old.visit((session) => session.get("a"));
  await client.visit((session) => session.destroy());
  const stranger = it.client();
  stranger.cookie = "__Host-id=hello";
  await stranger.visit((session) => session.get("a"));
  await it.sessions.issue("eve");
  const foreign = { headers: { origin: "https://evil.example", cookie: "__Host-id=a" } };
  for (const method of ["POST", "PUT", "BREW"]) {
    const session = await it.sessions.open({ ...foreign, method });
    session.set("a", 1);
    await (async () => it.sessions.commit(session))().catch(() => {});
  }
  expect(await it.counted()).toEqual([
    "coatcheck.session.created{coatcheck.logged_in=false} 1",
    "coatcheck.session.created{coatcheck.logged_in=true} 1",
    "coatcheck.session.cross_origin_refused{coatcheck.method=POST} 1",
    "coatcheck.session.cross_origin_refused{coatcheck.method=PUT} 1",
    "coatcheck.session.cross_origin_refused{coatcheck.method=_OTHER} 1",
    "coatcheck.session.ended{coatcheck.reason=destroyed} 1",
    "coatcheck.session.login{} 2",
    "coatcheck.session.rotated{} 1",
    "coatcheck.session.token_rejected{coatcheck.reason=malformed} 4",
    "coatcheck.session.token_rejected{coatcheck.reason=superseded} 1",
  ]);
  stop();
  await it.sessions.issue("ada");
  expect(await it.counted()).toContain("coatcheck.session.login{} 2");
});

test("what has never happened is there with 0, so that its first time is an increase", async () => {
  const it = start();
  instrumentSessions(it.sessions, { meter: it.meter, prefix: "shop" });
  const points = await it.points();
  const zeros = points.filter(({ value }) => value === 0).map(({ metric }) => metric);
  expect(zeros).toContain("shop.session.reuse_detected");
  const reasons = points.filter(({ metric }) => metric === "shop.session.token_rejected");
  expect(reasons.map(({ attributes }) => attributes["shop.reason"])).toContain("unknown-key");
  expect(points.every(({ metric }) => metric.startsWith("shop.session."))).toBe(true);
  expect(points.every(({ unit }) => unit === "{event}")).toBe(true);
});

test("there is a counter for every event", () => {
  const names: string[] = [];
  const meter = {
    createCounter: (name: string) => {
      names.push(name);
      return { add: () => {} };
    },
  } as unknown as Meter;
  instrumentSessions(createSessions(), { meter });
  expect(names).toEqual(
    sessionEventNames.map((name) => `coatcheck.session.${name.replaceAll("-", "_")}`),
  );
});

test("a store that fails", async () => {
  const memory = memoryStore();
  let broken = false;
  const storage: SessionStore = {
    read: (id) => {
      if (broken) throw new Error("down");
      return memory.read(id);
    },
    create: (record) => memory.create(record),
    update: (record, version) => memory.update(record, version),
    touch: (id, times) => memory.touch(id, times),
    destroy: (id) => memory.destroy(id),
  };
  const it = start({ storage, onStoreError: "anonymous" });
  instrumentSessions(it.sessions, { meter: it.meter });
  const client = it.client();
  await client.visit((session) => session.set("a", 1));
  broken = true;
  await client.visit((session) => session.get("a"));
  expect(await it.counted()).toEqual([
    "coatcheck.session.created{coatcheck.logged_in=false} 1",
    "coatcheck.session.served_anonymously{} 1",
    "coatcheck.session.store_error{coatcheck.operation=read} 1",
  ]);
});

test("a meter and a tracer that throw break no request", async () => {
  const broken = () => {
    throw new Error("the exporter is down");
  };
  const counter = { add: broken } as unknown as Counter;
  const meter = {
    createCounter: () => counter,
    createHistogram: () => ({ record: broken }),
  } as unknown as Meter;
  for (const startSpan of [
    broken,
    () => ({ setAttribute: broken, setStatus: broken, end: broken }),
  ]) {
    const tracer = { startSpan } as unknown as Tracer;
    const storage = observedStore(memoryStore(), { meter, tracer });
    const it = start({ storage });
    instrumentSessions(it.sessions, { meter, tracer, spans: true });
    const client = it.client();
    await client.visit((session) => session.login("ada"));
    await client.visit((session) => session.set("seen", session.userId));
    expect(await it.sessions.list("ada")).toHaveLength(1);
  }
});

test("with spans, one around each open and its first commit, and none of them looks at the session", async () => {
  const it = start();
  const stop = instrumentSessions(it.sessions, { meter: it.meter, tracer: it.tracer, spans: true });
  const silent = await it.sessions.open({ headers: {} });
  expect(await it.sessions.commit(silent)).toEqual([]);
  const session = await it.sessions.open({ headers: {} });
  session.set("a", 1);
  await it.sessions.commit(session);
  await it.sessions.commit(session);
  expect(it.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
    ["coatcheck open", {}],
    ["coatcheck commit", { "coatcheck.set_cookie": false }],
    ["coatcheck open", {}],
    ["coatcheck commit", { "coatcheck.set_cookie": true }],
  ]);
  stop();
  await it.sessions.open({ headers: {} });
  expect(it.spans()).toHaveLength(4);
});

test("a refused request is no failure of the server in its span, a broken store is", async () => {
  const it = start({
    storage: { ...memoryStore(), read: () => Promise.reject(new Error("down")) } as SessionStore,
  });
  instrumentSessions(it.sessions, { meter: it.meter, tracer: it.tracer, spans: true });
  const cookie = `__Host-id=${"A".repeat(22)}.${"A".repeat(43)}`;
  const foreign = { method: "POST", headers: { cookie, origin: "https://evil.example" } };
  await expect((async () => it.sessions.open(foreign))()).rejects.toThrow("cross-origin");
  await expect((async () => it.sessions.open({ headers: { cookie } }))()).rejects.toThrow("store");
  expect(
    it.spans().map(({ attributes, status }) => [attributes["error.type"], status.code]),
  ).toEqual([
    ["cross-origin", 0],
    ["store", 2],
  ]);
});

test("a prefix that no metric can have is refused", () => {
  for (const prefix of ["", "1a", "a b", "ä"]) {
    expect(() => instrumentSessions(createSessions(), { prefix })).toThrow(SessionConfigError);
    expect(() => observedStore(memoryStore(), { prefix })).toThrow("option prefix");
  }
});
