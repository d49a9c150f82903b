export { type FastifySessionOptions, fastifySession, fastifySession as default } from "./plugin.ts";
