export type { Exchange } from "./exchange/exchange.ts";
export { type GateOptions, gateResponse } from "./exchange/gate.ts";
export { applyHeaders, type HeaderTarget } from "./exchange/headers.ts";
