import { describe, expect, test } from "vitest";
import type { Backend } from "../backend/backend.ts";
import { memory } from "../backend/memory.ts";
import type { Encryption } from "../encryption/encryption.ts";
import { type ClientStoreOptions, type ClientStoreProblem, checkOptions } from "./options.ts";
import { createStore } from "./store.ts";

type Data = Record<string, number>;

let stores = 0;

function open(
  backend: () => Backend | Promise<Backend>,
  more: Partial<ClientStoreOptions<Data>> = {},
) {
  const problems: ClientStoreProblem[] = [];
  const options: ClientStoreOptions<Data> = {
    name: "shop",
    backend: "local",
    onProblem: (it) => void problems.push(it),
    ...more,
  };
  const store = createStore<Data>(`test-${++stores}`, options, checkOptions(options), backend);
  return { store, problems };
}

/** A backend to which somebody else writes before each of the first swaps. */
function contended(times: number): Backend {
  const backend = memory();
  let left = times;
  return {
    ...backend,
    swap(key, before, after) {
      if (left-- > 0) backend.swap(key, before, JSON.stringify([1, 1, 0, 0, 100 - left]));
      return backend.swap(key, before, after);
    },
  };
}

describe("an update", () => {
  test("runs again on the fresher value if somebody was faster", async () => {
    const { store } = open(() => contended(3));
    const seen: unknown[] = [];
    const result = await store.update("n", (n = 0) => {
      seen.push(n);
      return n + 1;
    });
    expect({ seen, result }).toEqual({ seen: [0, 98, 99, 100], result: 101 });
  });

  test("that throws changes nothing, and holds up nobody", async () => {
    const { store } = open(memory);
    await store.set("n", 1);
    const failing = store.update("n", () => {
      throw new Error("mine");
    });
    const next = store.update("n", (n = 0) => n + 1);
    await expect(failing).rejects.toThrow("mine");
    expect(await next).toBe(2);
  });
});

test("a value is copied when it is set", async () => {
  const options = { name: "shop", backend: "local" } as const;
  const store = createStore<{ cart: string[] }>("copied", options, checkOptions(options), memory);
  const cart = ["apple"];
  const done = store.set("cart", cart);
  cart.push("pear");
  await done;
  expect(await store.get("cart")).toEqual(["apple"]);
});

describe("persistence", () => {
  test("is known at once if the backend throws at once", () => {
    const { store } = open(() => {
      throw new Error("no");
    });
    expect(store.persistence).toBe("memory");
  });

  test("is known after a call if it fails later, and is reported once", async () => {
    const cause = new Error("no");
    const { store, problems } = open(() => Promise.reject(cause));
    await store.set("n", 1);
    expect([store.persistence, await store.get("n")]).toEqual(["memory", 1]);
    expect(problems).toEqual([{ code: "memory", cause }]);
  });

  test("is memory if the key cannot be kept; nothing is written unsealed", async () => {
    const kept = memory();
    const encryption = {
      prepare: () => Promise.reject(new Error("no key")),
    } as never as Encryption;
    const { store } = open(() => kept, { encryption });
    await store.set("n", 1);
    expect([store.persistence, await store.get("n"), await kept.keys()]).toEqual(["memory", 1, []]);
  });
});

test("a read that notes its time leaves what somebody has written since", async () => {
  let now = 0;
  const backend = memory();
  const { store } = open(() => backend, { ttl: { idle: "10m" }, clock: () => now });
  await store.set("n", 1);
  now = 300_000;
  const reading = store.get("n");
  const writing = store.set("n", 2);
  expect(await reading).toBe(1);
  await writing;
  expect(await store.get("n")).toBe(2);
});

test("an expired entry is removed by the read that finds it", async () => {
  let now = 0;
  const backend = memory();
  const { store, problems } = open(() => backend, { ttl: { absolute: "1m" }, clock: () => now });
  await store.set("n", 1);
  now = 60_000;
  expect(await store.keys()).toEqual([]);
  expect(await backend.keys()).toEqual(["n"]);
  expect(await store.get("n")).toBeUndefined();
  expect(await backend.keys()).toEqual([]);
  expect(problems).toEqual([]);
});

test("an unnamed schema is for all values", async () => {
  const { store } = open(memory, {
    schema: {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) =>
          typeof value === "number" && value > 0
            ? { value }
            : { issues: [{ message: "positive" }] },
      },
    },
  });
  await store.set("__proto__", 1);
  await expect(store.set("n", -1)).rejects.toMatchObject({
    code: "invalid",
    issues: [{ message: "positive" }],
  });
  expect(await store.keys()).toEqual(["__proto__"]);
});
