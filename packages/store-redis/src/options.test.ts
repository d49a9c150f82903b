import { SessionConfigError } from "@coatcheck/core";
import { describe, expect, test } from "vitest";
import type { RedisStoreOptions } from "./options.ts";
import { redisStore } from "./store.ts";

const client = { sendCommand: () => Promise.resolve(null) };

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
    ["an empty prefix", { client, prefix: "" }, "prefix must be a text"],
    ["a clock that is none", { client, clock: 5 }, "clock must be a function"],
  ])("%s", (_, options, message) => {
    const make = () => redisStore(options as RedisStoreOptions);
    expect(make).toThrow(SessionConfigError);
    expect(make).toThrow(message);
  });
});
