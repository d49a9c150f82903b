import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { SessionRecord } from "../store/contract.ts";
import { Recall } from "./recall.ts";

const record = (id: string, version = 1) => ({ id, version }) as SessionRecord;
const a = record("aaaaaaaaaaaaaaaaaaaaaa");

test("keeps what comes twice in a row, and knows it by its text alone", () => {
  const recall = new Recall<{ n: number }>();
  expect(recall.keep(a, "text", { n: 1 })).toBe(false);
  expect(recall.known(a, "text")).toBeUndefined();
  expect(recall.keep(a, "text", { n: 2 })).toBe(true);
  expect(recall.known(a, "text")).toEqual({ n: 2 });
  expect(recall.known(a, "another text")).toBeUndefined();
});

test("keeps nothing of a session that is written each time", () => {
  const recall = new Recall<object>();
  for (let version = 1; version < 100; version++) {
    expect(recall.keep({ ...a, version }, `text ${version}`, {})).toBe(false);
  }
});

test("keeps nothing long", () => {
  const recall = new Recall<object>();
  const text = "x".repeat(1025);
  for (let i = 0; i < 3; i++) expect(recall.keep(a, text, {})).toBe(false);
  expect(recall.known(a, text)).toBeUndefined();
});

test("of two sessions with one place each is only ever given its own text's", () => {
  const recall = new Recall<{ of: string }>();
  const texts = new Map<string, string>();
  for (let i = 0; i < 20_000; i++) {
    const id = `${String(i % 5000).padStart(6, "0")}AAAAAAAAAAAAAAAA`;
    texts.set(id, `the text of ${id}`);
  }
  for (let round = 0; round < 3; round++) {
    for (const [id, text] of texts) {
      const known = recall.known(record(id), text);
      if (known) expect(known.of).toBe(id);
      else recall.keep(record(id), text, { of: id });
      recall.keep(record(id), text, { of: id });
    }
  }
});

test("does not keep alive the reply that a text was cut out of", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const recall = new Recall<object>();
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (let i = 0; i < 100; i++) {
    const id = `${String(i).padStart(6, "0")}AAAAAAAAAAAAAAAA`;
    const reply = Buffer.alloc(500_000, `the reply for ${id}, `).toString();
    for (let n = 0; n < 2; n++) recall.keep(record(id), reply.slice(100, 400), {});
    expect(recall.known(record(id), reply.slice(100, 400))).toBeDefined();
  }
  expect(heap() - before).toBeLessThan(5_000_000);
});
