export { koaCookies } from "./cookies.ts";
export { type KoaSessionOptions, koaSession, koaSession as default } from "./session.ts";
