export { clearCookie, setCookie } from "./cookie/write.ts";
export { bindCookies, type CookieHolder } from "./exchange/bind-cookies.ts";
export { Exchange, type ExchangeOptions } from "./exchange/exchange.ts";
export { watchBody } from "./exchange/failure.ts";
export { FastifyFacts, type FastifyRequestLike } from "./exchange/fastify-facts.ts";
export { type Gated, type GateOptions, gateResponse } from "./exchange/gate.ts";
export { applyAnswer, applyHeaders, type HeaderTarget } from "./exchange/headers.ts";
export {
  type Answer,
  answerRaw,
  commitExchange,
  type Done,
  loadExchange,
  openExchange,
  type PendingResponse,
} from "./exchange/open-exchange.ts";
export { PendingReply, type ReplyLike } from "./exchange/pending-reply.ts";
export { sessionProperty } from "./exchange/session-property.ts";
export { answerWithReport, type ReportAnswer } from "./report/answer.ts";
export { describeSession, reportOf, type SessionReport } from "./report/report.ts";
export { isAhead } from "./request/ahead.ts";
export { headerOf } from "./request/request.ts";
