import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, test } from "vitest";
import { EventHub } from "./events.ts";
import { uncaught } from "./testing/uncaught.ts";
import type { SessionId } from "./token/token.ts";

const id = "AAAAAAAAAAAAAAAAAAAAAA" as SessionId;

describe("EventHub", () => {
  test("calls the listeners of that event, in order, with the event", () => {
    const hub = new EventHub();
    const seen: unknown[] = [];
    hub.on("rotated", (event) => seen.push(["first", event.id]));
    hub.on("rotated", (event) => seen.push(["second", event.id]));
    hub.on("login", () => seen.push("login"));
    hub.emit("rotated", { id });
    expect(seen).toEqual([
      ["first", id],
      ["second", id],
    ]);
  });

  test("calls nobody after the subscription ended, and ending it twice is harmless", () => {
    const hub = new EventHub();
    let count = 0;
    const off = hub.on("rotated", () => {
      count++;
    });
    hub.emit("rotated", { id });
    off();
    off();
    hub.emit("rotated", { id });
    expect(count).toBe(1);
  });

  test("two subscriptions of one function are two: each is called, each ends alone", () => {
    const hub = new EventHub();
    let count = 0;
    const listener = () => {
      count++;
    };
    const off = hub.on("rotated", listener);
    hub.on("rotated", listener);
    hub.emit("rotated", { id });
    expect(count).toBe(2);
    off();
    hub.emit("rotated", { id });
    expect(count).toBe(3);
  });

  test("a listener may unsubscribe itself while it is called", () => {
    const hub = new EventHub();
    const seen: string[] = [];
    const off = hub.on("rotated", () => {
      seen.push("once");
      off();
    });
    hub.on("rotated", () => seen.push("always"));
    hub.emit("rotated", { id });
    hub.emit("rotated", { id });
    expect(seen).toEqual(["once", "always", "always"]);
  });

  test("a throwing listener stops neither the emitter nor the other listeners, and its error surfaces", async () => {
    const hub = new EventHub();
    const seen: string[] = [];
    hub.on("rotated", () => {
      throw new Error("listener's bug");
    });
    hub.on("rotated", () => seen.push("second"));
    const errors = await uncaught(() => hub.emit("rotated", { id }));
    expect(seen).toEqual(["second"]);
    expect(errors).toEqual([new Error("listener's bug")]);
  });

  test("tells node:diagnostics_channel too, as coatcheck:<name>", () => {
    const hub = new EventHub();
    const seen: unknown[] = [];
    const listener = (message: unknown) => seen.push(message);
    subscribe("coatcheck:token-rejected", listener);
    hub.emit("token-rejected", { id, reason: "unknown" });
    unsubscribe("coatcheck:token-rejected", listener);
    hub.emit("token-rejected", { id, reason: "unknown" });
    expect(seen).toEqual([{ id, reason: "unknown" }]);
  });
});
