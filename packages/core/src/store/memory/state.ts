/** How `encodeState` writes what every session has. It is a third of the text and the same for all, so it is left out of what is kept. */
const HASH = '{"v":1,"hash":"';
const LINEAGE = '","lineage":"';
const ENDS = '","endsAt":';

const HASH_AT = HASH.length;
const HASH_END = HASH_AT + 43;
const LINEAGE_AT = HASH_END + LINEAGE.length;
const LINEAGE_END = LINEAGE_AT + 22;
const ENDS_AT = LINEAGE_END + ENDS.length;

/** A shorter text that `lengthened` makes the state of again; the state itself where it is of another form. */
export function shortened(state: string): string {
  const fits =
    state.startsWith(HASH) &&
    state.startsWith(LINEAGE, HASH_END) &&
    state.startsWith(ENDS, LINEAGE_END);
  if (!fits) return state;
  return (
    state.slice(HASH_AT, HASH_END) + state.slice(LINEAGE_AT, LINEAGE_END) + state.slice(ENDS_AT)
  );
}

export function lengthened(short: string): string {
  return HASH + short.slice(0, 43) + LINEAGE + short.slice(43, 65) + ENDS + short.slice(65);
}
