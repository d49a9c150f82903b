import { describe } from "vitest";
import { requireInCI } from "../services/services.ts";

/** The tests of `suite` where nothing is missing. Elsewhere they are skipped, with the reason; with `CI=true` that is a failure. */
export function describeServer(
  { missing }: { readonly missing: string | undefined },
  name: string,
  suite: () => void,
): void {
  if (missing === undefined) {
    describe(name, suite);
    return;
  }
  describe.skip(`${name}: ${missing}`, suite);
  requireInCI(missing);
}
