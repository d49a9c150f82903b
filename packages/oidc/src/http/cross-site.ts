import { headerOf } from "@coatcheck/core/node";
import type { AuthRequest } from "./request.ts";

/** Whether a browser says that another site's page led here. One that says nothing is believed to come from ours. */
export function isCrossSite({ request }: AuthRequest): boolean {
  return headerOf(request.headers, "sec-fetch-site") === "cross-site";
}
