import { CookieDeliveryError } from "../errors.ts";
import {
  hostOf,
  isLoopback,
  isSecure,
  type RequestFacts,
  type SessionRequest,
} from "../request/request.ts";
import type { CookiePolicy } from "./policy.ts";

/** Guarantee 14: a browser drops a Secure cookie that comes over plain HTTP without a word. */
export function assertCarrier(
  { secure, name }: CookiePolicy,
  request: SessionRequest,
  facts: RequestFacts | undefined,
): void {
  if (!secure || isSecure(request, facts) !== false) return;
  const host = hostOf(request, facts);
  if (isLoopback(host)) return;
  throw new CookieDeliveryError(
    `cookie ${name} is Secure and the connection to ${host ?? "this host"} is not: ` +
      "use HTTPS, let the framework trust its proxy, or set secure to false for development",
  );
}
