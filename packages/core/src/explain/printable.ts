/** A name that a client may have chosen, so that it begins no line of its own in a log. */
export function printable(name: string): string {
  return /^[\w.:-]{1,64}$/.test(name) ? name : JSON.stringify(name);
}
