/** The value of a cookie in a Cookie header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const start = `${name}=`;
  const pair = header?.split("; ").find((it) => it.startsWith(start));
  return pair?.slice(start.length);
}
