/** The nth value that a client sets, as long as was asked for. */
export function textOf(n: number, bytes: number): string {
  return `${n}:`.padEnd(bytes, "x");
}

/** Which it was; `NaN` for a text that no client has set. */
export function numberIn(text: string | undefined, bytes: number): number | undefined {
  if (text === undefined) return undefined;
  const n = Number(text.slice(0, text.indexOf(":")));
  return text === textOf(n, bytes) ? n : Number.NaN;
}
