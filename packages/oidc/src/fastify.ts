export { requireAccessToken } from "./fastify/access-token.ts";
export { type FastifyOidcOptions, oidcRoutes } from "./fastify/routes.ts";
export { accessTokenOf } from "./resource/held.ts";
