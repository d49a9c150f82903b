import type { HeaderPair } from "../session/delivery.ts";

/** Where response headers are kept: a `ServerResponse` is one. */
export interface HeaderTarget {
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string | readonly string[]): unknown;
}

/**
 * Adds our headers to those of the application: its own cookies stay, its Cache-Control wins unless it is for shared caches, its Vary grows. Of each cookie name
 * there is one Set-Cookie, the last (RFC 6265bis section 4.1.1). With a token or a code in the URL our Cache-Control wins.
 */
export function applyHeaders(target: HeaderTarget, headers: readonly HeaderPair[]): void {
  if (headers.length === 0) return;
  // Nothing else brings it.
  const secretUrl = headers.some(([name]) => name === "referrer-policy");
  for (const [name, value] of headers) {
    const present = target.getHeader(name);
    if (name === "set-cookie") target.setHeader(name, withCookie(present, value));
    else if (name === "vary") target.setHeader(name, withVary(present, value));
    else if (name !== "cache-control" || secretUrl || isNobodysChoice(present)) {
      target.setHeader(name, value);
    }
  }
}

/** Whether a head that brings its headers along has all of these: it was given them before. Nothing is made where they stand as they were. */
export function bears(head: unknown, headers: readonly HeaderPair[]): boolean {
  const fields = head as Readonly<Record<string, string | undefined>>;
  return headers.every(([name, value]) => {
    const present = fields[name];
    return present === value || (name === "vary" && withVary(present, value) === present);
  });
}

/** The same for a response in place of the application's, as a guard's: what that was to say to caches is not meant for it. */
export function applyAnswer(target: HeaderTarget, headers: readonly HeaderPair[]): void {
  const said = headers.find(([name]) => name === "cache-control");
  if (said) target.setHeader(...said);
  applyHeaders(target, headers);
}

/**
 * Nothing, or an invitation to shared caches, as of the `send` package for every file: whoever wrote that did not know that a token
 * would go along, and it would be kept for all (RFC 9111 section 7.3).
 */
function isNobodysChoice(present: ReturnType<HeaderTarget["getHeader"]>): boolean {
  const said = listOf(present).join();
  return said === "" || (/public|s-maxage/i.test(said) && !/private|no-store/i.test(said));
}

export function cookieNamesOf(headers: readonly HeaderPair[]): string[] {
  const names: string[] = [];
  for (const [name, line] of headers) {
    if (name === "set-cookie") names.push(line.slice(0, line.indexOf("=")));
  }
  return names;
}

function withCookie(present: ReturnType<HeaderTarget["getHeader"]>, line: string): string[] {
  const prefix = line.slice(0, line.indexOf("=") + 1);
  return [...listOf(present).filter((other) => !other.startsWith(prefix)), line];
}

function withVary(present: ReturnType<HeaderTarget["getHeader"]>, field: string): string {
  if (present === undefined) return field;
  const fields = listOf(present).join(", ");
  const known = fields.toLowerCase().split(/\s*,\s*/);
  if (known.includes("*") || known.includes(field.toLowerCase())) return fields;
  return fields === "" ? field : `${fields}, ${field}`;
}

function listOf(present: ReturnType<HeaderTarget["getHeader"]>): readonly string[] {
  if (present === undefined) return [];
  return typeof present === "object" ? present : [String(present)];
}
