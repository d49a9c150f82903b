import assert from "node:assert/strict";
import type { StoreCase, StoreContext } from "../case.ts";
import { testRecord } from "../records.ts";

/** Writes `text` as data and state, by create and by update, and reads it back to the letter. */
async function keeps({ store, clock }: StoreContext, text: string): Promise<void> {
  const created = testRecord(clock(), "created", { data: text, state: text });
  await store.create(created);
  assert.deepEqual(await store.read(created.id), created);
  const plain = testRecord(clock(), "updated");
  await store.create(plain);
  const updated = { ...plain, version: 2, data: text, state: text };
  await store.update(updated, 1);
  assert.deepEqual(await store.read(plain.id), updated);
}

export const textCases: readonly StoreCase[] = [
  {
    name: "texts of all scripts, emoji and combining marks are kept to the letter",
    run: (context) =>
      keeps(
        context,
        '{"π":"Ünïcödé","漢字":"العربية","😀":"👩‍👩‍👧‍👦","é":"e\u0301 is not \u00e9"}',
      ),
  },
  {
    name: "escaped lone surrogates and NUL are kept to the letter",
    run: (context) => keeps(context, JSON.stringify({ lone: "\ud800 \udfff", nul: "a\u0000b" })),
  },
  {
    name: "line ends, tabs and spaces around a text are kept to the letter",
    run: (context) => keeps(context, ' \t\r\n{ "a" :\r1,\n\u2028 "b": 2 }\u00a0\ufeff \n'),
  },
  {
    name: "quotes, backslashes and placeholders are kept to the letter",
    run: (context) =>
      keeps(context, String.raw`{"a":"'\"\\ \\u0041 %s %% $1 ${"$"}{x} ? :a @b -- /* ; DROP"}`),
  },
  {
    name: "a text is not taken for JSON: key order, doubles and numbers stay",
    run: (context) => keeps(context, '{"b":1.0,"a":1e2,"b":12345678901234567890,"a":-0}'),
  },
  {
    name: "keys like __proto__ are only text",
    run: (context) => keeps(context, '{"__proto__":{"admin":true},"constructor":{"prototype":1}}'),
  },
  {
    name: "a text that is not JSON at all is kept to the letter",
    run: (context) => keeps(context, "not json"),
  },
  {
    name: "an empty text is kept, and is not null",
    run: (context) => keeps(context, ""),
  },
  {
    name: "one megabyte of data is kept to the letter",
    run: (context) => keeps(context, JSON.stringify({ text: "ä😀\\\"'x".repeat(131_072) })),
  },
  {
    name: "times are kept to the millisecond",
    async run({ store, clock }) {
      const record = testRecord(clock(), "a", {
        userId: "ann",
        createdAt: 1,
        authenticatedAt: 0,
        lastSeenAt: 1_234_567_890_123,
        expiresAt: 253_402_300_799_999,
      });
      await store.create(record);
      assert.deepEqual(await store.read(record.id), record);
    },
  },
];
