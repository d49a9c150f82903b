export { SessionGuard, sessionGuard } from "./guard.ts";
export { SessionModule } from "./module.ts";
export {
  SESSION_OPTIONS,
  type SessionModuleAsyncOptions,
  type SessionModuleOptions,
} from "./options.ts";
