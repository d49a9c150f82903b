import { type Held, heldIn } from "../held/anatomy.ts";
import { cookieIn } from "../held/cookie-header.ts";
import type { Trace } from "./trace.ts";

/** What the response told the browser about the session cookie, and why. */
export type CookieFact =
  | { readonly kind: "none" }
  | { readonly kind: "set"; readonly why: string; readonly lasting: boolean }
  | { readonly kind: "cleared" };

type SetCookie = number | string | string[] | undefined;

/** Reads it off the headers that really left; the reason is in the events of the request. */
export function cookieFact(setCookie: SetCookie, trace: Trace): CookieFact {
  const line = lineOf(setCookie, trace.storage?.cookieName);
  if (line === undefined) return { kind: "none" };
  if (tokenOf(line) === "") return { kind: "cleared" };
  return { kind: "set", why: reason(trace), lasting: /; Max-Age=/i.test(line) };
}

/** What the browser holds after this response: what that brought, or what it came with. */
export function heldAfter(
  setCookie: SetCookie,
  cookies: string | undefined,
  { storage, isStored }: Trace,
): Held | undefined {
  if (storage === undefined || !isStored) return undefined;
  const { cookieName, kind } = storage;
  const line = lineOf(setCookie, cookieName);
  const token = line === undefined ? cookieIn(cookies, cookieName) : tokenOf(line);
  return token === undefined ? undefined : heldIn(cookieName, token, kind);
}

function lineOf(setCookie: SetCookie, name: string | undefined): string | undefined {
  const lines = Array.isArray(setCookie) ? setCookie : [String(setCookie ?? "")];
  return name === undefined ? undefined : lines.find((it) => it.startsWith(`${name}=`));
}

function tokenOf(line: string): string {
  return line.slice(line.indexOf("=") + 1).split(";", 1)[0] ?? "";
}

function reason({ events, storage, tookFlash }: Trace): string {
  if (events.includes("login")) return "login, so a new secret; the old one is worthless";
  if (events.includes("created")) return "something was written, so a session began";
  if (events.includes("rotated")) return "a new secret for the same session";
  if (storage?.kind !== "store") {
    const change = tookFlash ? "a message was shown and is used up" : "the session has changed";
    return `${change}, and all of it is in the cookie`;
  }
  return "once more, as the browser has not come with the new secret yet";
}
