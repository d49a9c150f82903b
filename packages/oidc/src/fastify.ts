export { type FastifyOidcOptions, oidcRoutes } from "./fastify/routes.ts";
export { requireAccessToken } from "./fastify/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
