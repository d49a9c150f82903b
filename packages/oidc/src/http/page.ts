import type { HeaderPair } from "@coatcheck/core";
import type { OidcErrorCode } from "../errors.ts";
import type { Answer } from "./answer.ts";

/** On every answer: of one client and of one moment, and nobody is to learn where it came from. */
const COMMON: readonly HeaderPair[] = [
  ["cache-control", "no-store"],
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
];

/** 303: whatever the method was, the next is GET (RFC 9110 section 15.4.4), so that no form is posted on. */
export function redirect(location: string, headers: readonly HeaderPair[] = []): Answer {
  return { status: 303, headers: [...COMMON, ["location", location], ...headers], body: "" };
}

/**
 * The same by a page of this origin. After a redirect that another site began, browsers hold SameSite=Strict cookies back; after this page they do
 * not.
 */
export function bounce(location: string, headers: readonly HeaderPair[] = []): Answer {
  const url = escaped(location);
  const body = `<meta http-equiv="refresh" content="0;url=${url}"><a href="${url}">Continue</a>`;
  return page(200, "Signed in", body, headers);
}

/** A refusal that a person sees: the code says to the application's own people what it was. */
export function refusal(
  status: number,
  code: OidcErrorCode | string,
  headers: readonly HeaderPair[] = [],
): Answer {
  const retry: HeaderPair[] = status === 503 ? [["retry-after", "5"]] : [];
  const body = `<p>${escaped(TEXTS[status] ?? "This did not work.")}</p><p><code>${escaped(code)}</code></p>`;
  return page(status, "Sign-in", body, [...retry, ...headers]);
}

/** A page with one link: to go on is the user's own act. */
export function invitation(
  status: number,
  location: string,
  headers: readonly HeaderPair[] = [],
): Answer {
  const body = `<p><a href="${escaped(location)}">Continue to sign in</a></p>`;
  return page(status, "Sign-in", body, headers);
}

const TEXTS: Readonly<Record<number, string>> = {
  400: "This sign-in could not be completed. Please start it again.",
  403: "You were not signed in.",
  405: "This address takes another kind of request.",
  503: "Signing in is not possible at the moment. Please try again in a little while.",
};

function page(status: number, title: string, body: string, headers: readonly HeaderPair[]): Answer {
  return {
    status,
    headers: [
      ...COMMON,
      ["content-type", "text/html; charset=utf-8"],
      // Nothing on it is loaded or run, and no other site frames it.
      ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
      ...headers,
    ],
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`);
}
