export type { Clock } from "./clock.ts";
export {
  type CookieOptions,
  type CookiePolicy,
  cookiePolicy,
  type LooseCookieOptions,
} from "./cookie/policy.ts";
export { type Duration, milliseconds } from "./duration.ts";
export {
  CookieDeliveryError,
  CrossOriginError,
  InvalidDataError,
  SessionConfigError,
  SessionConflictError,
  SessionDestroyedError,
  SessionError,
  type SessionErrorCode,
  SessionLimitError,
  SessionNotLoadedError,
  SessionStoreError,
  SessionTooLateError,
  UnserialisableError,
} from "./errors.ts";
export type {
  EndReason,
  EventSource,
  HandOffRefusal,
  SessionEventName,
  SessionEvents,
  SessionListener,
  TokenRejection,
  WarningCode,
} from "./events.ts";
export { attempt, chain, isPromise, type MaybePromise } from "./promise.ts";
export type { Random } from "./random.ts";
export type { HeadersLike, RequestFacts, SessionRequest } from "./request/request.ts";
export type { CrossOriginOptions } from "./request/trusted.ts";
export type { HeaderPair } from "./session/delivery.ts";
export type { DescribeDevice, DeviceInfo } from "./session/device.ts";
export type { EndListener } from "./session/ends.ts";
export {
  createSessions,
  type SessionHolder,
  type SessionOf,
  type Sessions,
} from "./session/manager.ts";
export type {
  LimitOptions,
  SessionsOptions,
  TimeoutOptions,
  TimeoutPreset,
} from "./session/options.ts";
export type { OnInvalid, StandardSchema } from "./session/schema.ts";
export type {
  ElevateOptions,
  KeyOf,
  LoginOptions,
  RotateOptions,
  Session,
} from "./session/session.ts";
export type { TokenStorage } from "./session/strategy.ts";
export type { ResponseChannel } from "./session/unit.ts";
export type { SessionInfo } from "./session/users.ts";
export type {
  CreateOutcome,
  Evicted,
  FullStore,
  SessionLimit,
  SessionNotifier,
  SessionRecord,
  SessionStore,
  SessionTimes,
  UpdateOutcome,
} from "./store/contract.ts";
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from "./store/memory.ts";
export type { SessionId, SessionToken } from "./token/token.ts";
export type { SessionTransport } from "./transport/transport.ts";
