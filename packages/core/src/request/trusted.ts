import { complete, fail } from "../config.ts";
import type { TrustedOrigins } from "./origin.ts";

export interface CrossOriginOptions {
  /** Origins, as `"https://admin.example.com"`, from which unsafe requests may come. */
  trusted: readonly string[];
}

/** Checks the option `crossOrigin`. */
export function trustedOf(option: CrossOriginOptions | "allow"): TrustedOrigins {
  if (option === "allow") return option;
  const { trusted } = complete<CrossOriginOptions>(
    option,
    "crossOrigin",
    { trusted: [] },
    ', or "allow"',
  );
  const valid = Array.isArray(trusted) && trusted.every((it) => URL.parse(it)?.origin === it);
  if (!valid) {
    const given = JSON.stringify(trusted);
    fail(
      "crossOrigin.trusted",
      `must be a list of origins like "https://example.com", not ${given}`,
    );
  }
  return new Set(trusted);
}
