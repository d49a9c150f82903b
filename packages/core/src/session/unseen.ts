import { isAhead } from "../request/ahead.ts";
import type { CommitFacts } from "./assess.ts";
import type { SessionUnit } from "./unit.ts";

/**
 * Nobody was here, and nothing was done: the browser asks ahead of its user. Otherwise a page that has others fetched ahead would keep its
 * session alive alone. What a handler asks for is done all the same. Asked last, as it costs a look at the headers.
 */
export function isUnseen({ changed, intent }: CommitFacts, { request }: SessionUnit): boolean {
  return !changed && Object.keys(intent).length === 0 && isAhead(request);
}
