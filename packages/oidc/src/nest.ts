export { OidcModule, oidcRoutes } from "./nest/routes.ts";
export { requireAccessToken } from "./nest/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
