export { type FastifyOidcOptions, oidcRoutes } from "./fastify/routes.ts";
