export type { GuardAnswer } from "./guards/answer.ts";
export { askGuard } from "./guards/ask.ts";
export { type Guard, guardOf } from "./guards/guard.ts";
export type { GuardOptions } from "./guards/options.ts";
export { recheckSession } from "./guards/recheck.ts";
export { type Problem, RefusedError } from "./guards/refused.ts";
export type { GuardedRequest } from "./guards/request.ts";
export {
  elevationRequired,
  freshLoginRequired,
  type GuardedSession,
  type Refusal,
  type Requirement,
  requirementOf,
  userRequired,
} from "./guards/requirement.ts";
export { safeReturnTo } from "./guards/return-to.ts";
