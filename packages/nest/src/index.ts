export { Jar } from "./cookies/jar.ts";
export { CookieModule } from "./cookies/module.ts";
export {
  COOKIE_OPTIONS,
  type CookieModuleAsyncOptions,
  type CookieModuleOptions,
} from "./cookies/options.ts";
export { SessionGuard, sessionGuard } from "./guard.ts";
export { SessionModule } from "./module.ts";
export {
  SESSION_OPTIONS,
  type SessionModuleAsyncOptions,
  type SessionModuleOptions,
} from "./options.ts";
