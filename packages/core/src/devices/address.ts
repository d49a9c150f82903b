import { isIP } from "node:net";
import { hmac } from "../digest.ts";
import { importKey } from "../sealed/key.ts";

/** So many characters tell a user's few networks apart, and are too few to name one among all. */
const LENGTH = 8;

/**
 * A mark of the network from which a client comes: the same for all addresses of an IPv4 /24 or an IPv6 /48, and not to be turned back into one without the
 * key. `undefined` for anything but an address. With `undefined` in place of one, nothing is known of it.
 *
 * @param key 32 random bytes as of `generateKey()`. Throws a `SessionConfigError` for anything else.
 */
export function coarseAddress(address: string | undefined, key: string): string | undefined {
  importKey("key", key);
  const network = networkOf(address ?? "");
  return network && hmac(key, `coatcheck network ${network}`).slice(0, LENGTH);
}

function networkOf(address: string): string | undefined {
  const [bare = ""] = address.split("%", 1);
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(bare);
  if (v4 && isIP(bare) !== 0) return v4[1];
  if (isIP(bare) !== 6) return undefined;
  const [head = "", tail] = bare.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  // What "::" stands for is at least one group of zeros; behind the third nothing counts.
  if (tail !== undefined) {
    const rest = tail === "" ? 0 : tail.split(":").length + (tail.includes(".") ? 1 : 0);
    const zeros = Array<string>(8 - groups.length - rest).fill("0");
    groups.push(...zeros, ...tail.split(":"));
  }
  return groups
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
