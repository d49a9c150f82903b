import type { SessionEventName } from "@coatcheck/core";

/** What the response told the browser about the session cookie, and why. */
export type CookieFact =
  | { readonly kind: "none" }
  | { readonly kind: "set"; readonly why: string; readonly lasting: boolean }
  | { readonly kind: "cleared" };

/** Reads it off the headers that really left; the reason is in the events of the request. */
export function cookieFact(
  setCookie: number | string | string[] | undefined,
  cookieName: string,
  events: readonly SessionEventName[],
): CookieFact {
  const lines = Array.isArray(setCookie) ? setCookie : [String(setCookie ?? "")];
  const line = lines.find((it) => it.startsWith(`${cookieName}=`));
  if (line === undefined) return { kind: "none" };
  if (line.startsWith(`${cookieName}=;`)) return { kind: "cleared" };
  return { kind: "set", why: reason(events), lasting: /; Max-Age=/i.test(line) };
}

function reason(events: readonly SessionEventName[]): string {
  if (events.includes("login")) return "login, so a new secret; the old one is worthless";
  if (events.includes("created")) return "something was written, so a session began";
  if (events.includes("rotated")) return "a new secret for the same session";
  return "once more, as the browser has not come with the new secret yet";
}
