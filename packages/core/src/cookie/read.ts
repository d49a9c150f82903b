/** More values of one name than any honest client sends: the rest is ignored. */
const MAX_VALUES = 4;

const NONE: readonly string[] = [];

/**
 * The values of the cookies called `name`, in the order of the header, at most four, without repetition. Only our own name is looked for, so a
 * header of any size costs one pass. Nothing is decoded: browsers never encode, and our own values need none.
 */
export function readCookie(header: string | undefined, name: string): readonly string[] {
  if (header === undefined) return NONE;
  let values = NONE;
  let at = header.indexOf(name);
  while (at !== -1 && values.length < MAX_VALUES) {
    const equals = at + name.length;
    if (header[equals] === "=" && startsPair(header, at)) {
      const semicolon = header.indexOf(";", equals);
      const value = header.slice(equals + 1, semicolon === -1 ? undefined : semicolon).trim();
      if (value !== "" && !values.includes(value)) {
        values = values === NONE ? [value] : [...values, value];
      }
    }
    at = header.indexOf(name, equals);
  }
  return values;
}

/** Whether a pair begins here: only blanks between this place and the last semicolon or the header's start. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header[before] === " " || header[before] === "\t")) before--;
  return before < 0 || header[before] === ";";
}
