import { expect, test } from "vitest";
import type { SessionId } from "../../token/token.ts";
import { Lookup } from "./lookup.ts";
import { ID, NONE } from "./pages.ts";
import { Rows } from "./rows.ts";

function rowsOf() {
  const rows = new Rows();
  const lookup = new Lookup(rows, ID);
  const write = (id: string) => {
    const row = rows.take();
    const times = { createdAt: 0, authenticatedAt: null, lastSeenAt: 0, expiresAt: 1 };
    const texts = { id: id as SessionId, userId: null, state: "", data: "" };
    rows.write(row, { ...texts, ...times, version: 1 });
    return row;
  };
  return { rows, lookup, write };
}

test("finds what was added and not removed, whatever came in between", () => {
  const { rows, lookup, write } = rowsOf();
  const known = new Map<string, number>();
  // A fixed sequence without pattern.
  let drawn = 1;
  for (let i = 0; i < 30_000; i++) {
    drawn = (drawn * 48_271) % 2_147_483_647;
    const id = `${drawn % 5_000}`;
    const row = known.get(id);
    expect(lookup.find(id)).toBe(row ?? NONE);
    if (row === undefined) {
      const added = write(id);
      lookup.add(added);
      known.set(id, added);
    } else if (drawn % 3 !== 0) {
      lookup.remove(row, NONE);
      rows.release(row);
      known.delete(id);
    }
  }
  for (let i = 0; i < 5_000; i++) expect(lookup.find(`${i}`)).toBe(known.get(`${i}`) ?? NONE);
});

test("an heir takes the place of what is removed, and what is not in is left alone", () => {
  const { lookup, write } = rowsOf();
  const [first, heir, other, stranger] = [write("a"), write("a"), write("b"), write("c")];
  lookup.add(first);
  lookup.add(other);
  lookup.remove(stranger, NONE);
  lookup.remove(first, heir);
  expect([lookup.find("a"), lookup.find("b"), lookup.find("c")]).toEqual([heir, other, NONE]);
  lookup.remove(heir, NONE);
  expect([lookup.find("a"), lookup.find("b")]).toEqual([NONE, other]);
});

test("a text that begins or ends like an id is not taken for it", () => {
  const { lookup, write } = rowsOf();
  lookup.add(write("abc"));
  for (const id of ["", "a", "ab", "bc", "abcd", "abc\0"]) expect(lookup.find(id)).toBe(NONE);
});
