import { complete, mustBeFunction } from "../config.ts";
import { headerOf } from "../request/request.ts";
import { importKey } from "../sealed/key.ts";
import type { DescribeDevice } from "../session/device.ts";
import { coarseAddress } from "./address.ts";

export interface DeviceOptions {
  /** What a person would call the client, from its User-Agent header, by a parser of your choice; one that throws gives none. Default: no label. */
  label?: (userAgent: string) => string | undefined;
  /**
   * A key of `generateKey()`: the client's network is remembered as a keyed mark, by which its user may see that two logins came from the same one. Default: nothing
   * of the address is kept (NIST SP 800-63B-4 section 5.3 asks for an assessment of what is).
   */
  addressKey?: string;
}

/** For the option `device` of `createSessions`: what a user's list of sessions says of each. Throws a `SessionConfigError` for a wrong option. */
export function describeDevice(options: DeviceOptions): DescribeDevice {
  const { label, addressKey } = complete(options, "device", {
    label: undefined as DeviceOptions["label"],
    addressKey: undefined as string | undefined,
  });
  if (label !== undefined) mustBeFunction("device.label", label);
  if (addressKey !== undefined) importKey("device.addressKey", addressKey);
  return ({ headers, socket }, facts) => {
    const userAgent = headerOf(headers, "user-agent");
    const own = socket as { readonly remoteAddress?: string } | undefined;
    return {
      label: userAgent && labelOf(userAgent, label),
      address: addressKey && coarseAddress(facts?.address?.() ?? own?.remoteAddress, addressKey),
    };
  };
}

/** A parser that stumbles over what a client sends must not keep its user from logging in. */
function labelOf(userAgent: string, label: DeviceOptions["label"]): string | undefined {
  try {
    return label?.(userAgent);
  } catch {
    return undefined;
  }
}
