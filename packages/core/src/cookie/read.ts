/** More values of one name than any honest client sends: the rest is ignored. */
const MAX_VALUES = 4;

/**
 * The values of the cookies called `name`, in the order of the header, at most four, without repetition. Only our own name is looked for, so a
 * header of any size costs one pass. Nothing is decoded: browsers never encode, and our own values need none.
 */
export function readCookie(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  const values: string[] = [];
  const needle = `${name}=`;
  let at = header.indexOf(needle);
  while (at !== -1 && values.length < MAX_VALUES) {
    const from = at + needle.length;
    if (startsPair(header, at)) {
      const semicolon = header.indexOf(";", from);
      const value = header.slice(from, semicolon === -1 ? undefined : semicolon).trim();
      if (value !== "" && !values.includes(value)) values.push(value);
    }
    at = header.indexOf(needle, from);
  }
  return values;
}

/** Whether a pair begins here: only blanks between this place and the last semicolon or the header's start. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header[before] === " " || header[before] === "\t")) before--;
  return before < 0 || header[before] === ";";
}
