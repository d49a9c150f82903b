export type { Duration } from "./duration.ts";
export type { Encryption } from "./encryption/encryption.ts";
export { ClientStoreError, type ClientStoreErrorCode } from "./errors.ts";
export type { StoreChange } from "./store/announcer.ts";
export { clientStore } from "./store/client-store.ts";
export type {
  ClientBackend,
  ClientStoreOptions,
  ClientStoreProblem,
  Schemas,
  StoreKey,
} from "./store/options.ts";
export type { StandardIssue, StandardResult, StandardSchema } from "./store/schema.ts";
export type { ClientStore } from "./store/store.ts";
