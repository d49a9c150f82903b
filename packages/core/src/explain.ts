export type { CachingCode, CachingFact } from "./explain/caching.ts";
export type { DecisionCode, FailureCode } from "./explain/decision.ts";
export type { DeedCode, DeedFact } from "./explain/deeds.ts";
export {
  type Explainer,
  type ExplainListener,
  explainRequests,
} from "./explain/explainer.ts";
export type { Explanation, Fact } from "./explain/explanation.ts";
export type { ResponseCode, ResponseFact } from "./explain/response.ts";
export type { TokenCode, TokenFact } from "./explain/tokens.ts";
