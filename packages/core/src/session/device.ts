import type { RequestFacts, SessionRequest } from "../request/request.ts";
import type { Core } from "./core.ts";
import type { Visit } from "./unit.ts";

/** What a user's list of sessions says of a client, so that its user knows it again. */
export interface DeviceInfo {
  /** As a person would call it: "Firefox on Linux". */
  readonly label?: string | undefined;
  /** Tells one network from another without saying which it is; see `coarseAddress` of `@coatcheck/core/devices`. */
  readonly address?: string | undefined;
}

/** Says what is to be remembered of the client at a login; `undefined`: nothing. */
export type DescribeDevice = (
  request: SessionRequest,
  facts: RequestFacts | undefined,
) => DeviceInfo | undefined;

/** A User-Agent is as long as its sender likes. */
const MAX_LENGTH = 200;

export function deviceOf(
  { device }: Core,
  { request, facts }: Pick<Visit, "request" | "facts">,
): DeviceInfo | undefined {
  const info = device?.(request, facts);
  if (!info) return;
  const cut = (text: string | undefined) => text?.slice(0, MAX_LENGTH).toWellFormed();
  return { label: cut(info.label), address: cut(info.address) };
}
