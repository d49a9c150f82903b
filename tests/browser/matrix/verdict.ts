import {
  type CookiePolicy,
  cookiePolicy,
  type LooseCookieOptions,
  SessionConfigError,
} from "@coatcheck/core";
import { isLoopback } from "../../../packages/core/src/request/request.ts";
import type { Origin } from "./combinations.ts";
import { lenient, type StricterRule } from "./stricter.ts";

/** What we say to a combination, and what we think that the browser does with it. */
export interface Verdict {
  /** `undefined` where we refuse: the policy does not construct, or the connection cannot carry its cookie. */
  readonly policy: CookiePolicy | undefined;
  /** The options with which the browser keeps it; `undefined` if it drops it. */
  readonly kept: LooseCookieOptions | undefined;
  /** Why `kept` is there though `policy` is not. */
  readonly rules: readonly StricterRule[];
}

export function verdictOn(options: LooseCookieOptions, origin: Origin): Verdict {
  const { legal, kept, rules } = lenient(options);
  const dropped = policyFor(legal, origin) === undefined;
  return { policy: policyFor(options, origin), kept: dropped ? undefined : kept, rules };
}

function policyFor(options: LooseCookieOptions, origin: Origin): CookiePolicy | undefined {
  try {
    const policy = cookiePolicy(options);
    const carried = !policy.secure || origin.scheme === "https" || isLoopback(origin.host);
    return carried ? policy : undefined;
  } catch (error) {
    if (error instanceof SessionConfigError) return undefined;
    throw error;
  }
}
