export { koaCookies } from "./cookies.ts";
export { sessionEndpoint } from "./endpoint.ts";
export { type KoaGuardOptions, requireElevated, requireFreshLogin, requireUser } from "./guards.ts";
export { type KoaSessionOptions, koaSession, koaSession as default } from "./session.ts";
