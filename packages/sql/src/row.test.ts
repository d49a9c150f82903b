import { testLogin, testRecord } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { COLUMNS, recordOf, valuesOf } from "./row.ts";

const anonymous = testRecord(1_700_000_000_000, "a", { data: '"ü😀"' });
const login = testLogin(1_700_000_000_000, "b", "änn", { version: 7 });

/** The row that a driver hands out, if it makes `as` of each value. */
function rowOf(record: typeof anonymous, as: (value: string | number) => unknown): unknown {
  const values = valuesOf(record).map((value) => (value === null ? null : as(value)));
  return Object.fromEntries(COLUMNS.map((name, index) => [name, values[index]]));
}

test("a record is the same whatever a driver makes of the columns", () => {
  for (const record of [anonymous, login]) {
    expect(recordOf(rowOf(record, (value) => value))).toEqual(record);
    expect(recordOf(rowOf(record, String))).toEqual(record);
    expect(
      recordOf(rowOf(record, (value) => (typeof value === "number" ? BigInt(value) : value))),
    ).toEqual(record);
    expect(
      recordOf(rowOf(record, (value) => (typeof value === "string" ? Buffer.from(value) : value))),
    ).toEqual(record);
  }
});

test("a time of zero is not taken for none", () => {
  const record = { ...login, authenticatedAt: 0, createdAt: 0 };
  expect(recordOf(rowOf(record, String))).toEqual(record);
});
