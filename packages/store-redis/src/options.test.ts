import { SessionConfigError } from "@coatcheck/core";
import { createClient, createCluster } from "redis";
import { describe, expect, test } from "vitest";
import type { RedisStoreOptions } from "./options.ts";
import { redisStore } from "./store.ts";

const client = { sendCommand: () => Promise.resolve(null) };
const single = createClient();

describe("redisStore refuses, and names the remedy,", () => {
  test.each([
    ["no options", undefined, "options must be an object"],
    ["no client", {}, "client must be a client of node-redis (createClient) or ioredis"],
    ["a URL as client", { client: "redis://localhost" }, "client must be a client of node-redis"],
    [
      "an unknown option",
      { client, ttl: 60 },
      "ttl is not an option; there are client, subscriber, prefix",
    ],
    ["a subscriber that is none", { client, subscriber: client }, "subscriber must be a client of"],
    [
      "the client as subscriber",
      { client: single, subscriber: single },
      "subscriber must be another connection than client, as client.duplicate()",
    ],
    ["an empty prefix", { client, prefix: "" }, "prefix must be a text"],
    ["a clock that is none", { client, clock: 5 }, "clock must be a function"],
  ])("%s", (_, options, message) => {
    const make = () => redisStore(options as RedisStoreOptions);
    expect(make).toThrow(SessionConfigError);
    expect(make).toThrow(message);
  });
});

test("a Cluster client of node-redis is its own subscriber", () => {
  const cluster = createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] });
  expect(redisStore({ client: cluster, subscriber: cluster })).toHaveProperty("watch");
  expect(redisStore({ client: cluster })).not.toHaveProperty("watch");
});
