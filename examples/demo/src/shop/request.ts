import type { IncomingHttpHeaders } from "node:http";
import { safeReturnTo } from "@coatcheck/core/guards";

/** The facts of a request that the shop needs. Every framework's request object has them. */
export interface ShopRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A parsed form: whatever the framework's body parser made of it. */
export type Form = unknown;

/** A session full of such fields still fits into a cookie, in the longest of letters too. */
export const LONGEST_FIELD = 80;

/** One field of a form, trimmed; empty where it is missing, repeated or no text. */
export function field(form: Form, name: string): string {
  return rawField(form, name).trim().slice(0, LONGEST_FIELD);
}

/** The same as it was typed, for a password: blanks around it belong to it, and how long it may be is not for a form to say. */
export function rawField(form: Form, name: string): string {
  if (typeof form !== "object" || form === null || !Object.hasOwn(form, name)) return "";
  const value: unknown = (form as Record<string, unknown>)[name];
  return typeof value === "string" ? value : "";
}

/** Where a form wants to go back to, if that is a page of this shop. */
export function backIn(form: Form): string {
  return safeReturnTo(field(form, "back"));
}

/** The name that the browser used for this machine, without the port. */
export function hostnameOf({ headers }: ShopRequest): string {
  const name = headers.host?.replace(/:\d+$/, "") ?? "";
  return /^(?:[\w.-]+|\[[\da-f:]+\])$/i.test(name) ? name : "localhost";
}
