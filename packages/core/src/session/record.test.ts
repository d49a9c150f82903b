import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SessionStoreError } from "../errors.ts";
import type { SessionRecord } from "../store/contract.ts";
import { failureOf } from "../testing/failure.ts";
import type { SecretHash, SessionId } from "../token/token.ts";
import { encodeState, openRecord, parseData, type SessionState } from "./record.ts";

const recordOf = (state: string): SessionRecord => ({
  id: "A".repeat(22) as SessionId,
  version: 1,
  userId: null,
  createdAt: 1,
  authenticatedAt: null,
  lastSeenAt: 1,
  expiresAt: 2,
  state,
  data: "{}",
});

describe("a record's state", () => {
  test("comes back as it was written", () => {
    const hash = fc.string().map((text) => text as SecretHash);
    const former = fc.array(fc.record({ hash, until: fc.nat() }), { minLength: 1, maxLength: 4 });
    const flash = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), {
      minKeys: 1,
      maxKeys: 3,
    });
    const state = fc.record(
      {
        hash,
        lineage: fc.string(),
        endsAt: fc.nat(),
        pending: fc.record({
          hash,
          since: fc.nat(),
          nonce: fc.option(fc.string(), { nil: undefined }),
        }),
        retired: former,
        superseded: former,
        remember: fc.constant(true as const),
        kept: fc.array(fc.string()),
        flash,
        replaced: fc.constant(true as const),
      },
      { requiredKeys: ["hash", "lineage", "endsAt"] },
    );
    fc.assert(
      fc.property(state, (it) => {
        const opened = openRecord(recordOf(encodeState(it as SessionState)));
        expect(JSON.stringify(opened.state, Object.keys(it).sort())).toBe(
          JSON.stringify(it, Object.keys(it).sort()),
        );
        expect(encodeState(opened.state)).toBe(encodeState(it as SessionState));
      }),
    );
  });

  test("leaves out what there is not", () => {
    const state = {
      hash: "h" as SecretHash,
      lineage: "l",
      endsAt: 5,
      retired: undefined,
      flash: undefined,
    };
    expect(encodeState(state)).toBe('{"v":1,"hash":"h","lineage":"l","endsAt":5}');
  });

  test.each([
    "",
    "x",
    "null",
    "5",
    "[]",
    "{}",
    '{"v":2,"hash":"h","lineage":"l","endsAt":1}',
    '{"v":"1","hash":"h","lineage":"l","endsAt":1}',
    '{"v":1,"lineage":"l","endsAt":1}',
    '{"v":1,"hash":"h","endsAt":1}',
    '{"v":1,"hash":"h","lineage":5,"endsAt":1}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":"1"}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":null}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"pending":5}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"pending":{"hash":5,"since":1}}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"pending":{"hash":"x"}}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"retired":5}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"retired":[5]}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"superseded":{}}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"superseded":[{"hash":1,"until":2}]}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"superseded":[{"hash":"x","until":"2"}]}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"kept":"abc"}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"flash":[]}',
    '{"v":1,"hash":"h","lineage":"l","endsAt":1,"flash":"x"}',
  ])("G10 %j is a broken store, never an empty session", (text) => {
    expect(failureOf(SessionStoreError, () => openRecord(recordOf(text))).operation).toBe("read");
  });
});

describe("a record's data", () => {
  test.each(["", "x", "null", "5", "[]", '"x"', "{"])("G10 %j is a broken store", (text) => {
    const error = failureOf(SessionStoreError, () => parseData(text));
    expect(error.message).toMatch(/returned data of an unknown format$/);
  });

  test("is an object, __proto__ included", () => {
    const data = parseData('{"a":1,"__proto__":{"polluted":true}}');
    expect(Object.keys(data)).toEqual(["a", "__proto__"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
