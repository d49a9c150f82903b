export { type FastifyCookiesOptions, fastifyCookies } from "./cookies.ts";
export { type FastifySessionOptions, fastifySession, fastifySession as default } from "./plugin.ts";
