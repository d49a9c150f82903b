import { CookieDeliveryError } from "../errors.ts";
import {
  hostOf,
  isLoopback,
  isSecure,
  type RequestFacts,
  type SessionRequest,
} from "../request/request.ts";
import type { CookiePolicy } from "./policy.ts";

/** Guarantee 14: a browser drops a Secure cookie that comes over plain HTTP without a word. `option` is what its owner calls the flag. */
export function assertCarrier(
  { secure, name }: CookiePolicy,
  request: SessionRequest,
  facts: RequestFacts | undefined,
  option = "secure",
): void {
  if (!secure || isSecure(request, facts) !== false) return;
  const host = hostOf(request, facts);
  if (isLoopback(host)) return;
  throw new CookieDeliveryError(
    `cookie ${name} is Secure and the connection to ${host ?? "this host"} is not: ` +
      `use HTTPS, let the framework trust its proxy, or set ${option} to false for development`,
  );
}
