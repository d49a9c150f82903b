export { Jar } from "./cookies/jar.ts";
export { CookieModule } from "./cookies/module.ts";
export {
  COOKIE_OPTIONS,
  type CookieModuleAsyncOptions,
  type CookieModuleOptions,
} from "./cookies/options.ts";
export { sessionEndpoint } from "./endpoint.ts";
export { Elevated, FreshLogin, Public } from "./guard/access.ts";
export { SessionGuard, sessionGuard } from "./guard/guard.ts";
export { SessionRefusedException } from "./guard/refuse.ts";
export { UserId } from "./guard/user-id.ts";
export { SessionModule } from "./module.ts";
export {
  SESSION_OPTIONS,
  type SessionModuleAsyncOptions,
  type SessionModuleOptions,
} from "./options.ts";
export { bindSession, type SocketClient } from "./socket.ts";
