export { requireAccessToken } from "./express/access-token.ts";
export { accessTokenOf } from "./resource/held.ts";
