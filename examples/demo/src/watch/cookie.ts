import { type Held, heldIn } from "../held/anatomy.ts";
import { cookieIn } from "../held/cookie-header.ts";
import type { StorageKind } from "../storage/kinds.ts";

type SetCookie = number | string | string[] | undefined;

/** What the browser holds under a name after this response: what that brought, or what it came with. */
export function heldAfter(
  setCookie: SetCookie,
  cookies: string | undefined,
  name: string | undefined,
  kind: StorageKind,
): Held | undefined {
  if (name === undefined) return undefined;
  const line = lineOf(setCookie, name);
  const token = line === undefined ? cookieIn(cookies, name) : tokenOf(line);
  const isLasting = line !== undefined && /; Max-Age=/i.test(line);
  const held = token ? heldIn(name, token, kind) : undefined;
  return held && { ...held, isLasting };
}

function lineOf(setCookie: SetCookie, name: string): string | undefined {
  const lines = Array.isArray(setCookie) ? setCookie : [String(setCookie ?? "")];
  return lines.find((it) => it.startsWith(`${name}=`));
}

function tokenOf(line: string): string {
  return line.slice(line.indexOf("=") + 1).split(";", 1)[0] ?? "";
}
