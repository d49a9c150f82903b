import { isHostOf } from "../request/origin.ts";
import type { GuardSettings } from "./options.ts";
import type { GuardedRequest } from "./request.ts";
import type { Refusal } from "./requirement.ts";

const BASE = "https://app.invalid";

/** The login page's URL, with where to come back to, and why for who is logged in already. `undefined` if there is none. */
export function loginUrlFor(
  { loginUrl, returnToParameter }: GuardSettings,
  { code }: Refusal,
  returnTo: string | undefined,
): string | undefined {
  if (loginUrl === undefined) return;
  const url = new URL(loginUrl, BASE);
  if (returnTo !== undefined) url.searchParams.set(returnToParameter, returnTo);
  if (code !== "unauthenticated") url.searchParams.set("reason", code);
  return url.origin === BASE ? url.pathname + url.search + url.hash : url.href;
}

/** Whether a request is for the login page itself, which must not be sent to itself for ever. */
export function isLoginPage({ loginUrl }: GuardSettings, request: GuardedRequest): boolean {
  if (loginUrl === undefined || request.url === undefined) return false;
  const [wanted, asked] = [URL.parse(loginUrl, BASE), URL.parse(request.url, BASE)];
  if (!wanted || wanted.pathname !== asked?.pathname) return false;
  return wanted.origin === BASE || isHostOf(wanted, request, request.facts);
}
