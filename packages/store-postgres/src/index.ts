export type { SqlStoreOptions } from "@coatcheck/sql";
export type { PgClient, PgliteClient, PostgresClient } from "./client.ts";
export type {
  ListenClient,
  PgliteListener,
  PgNotification,
  PgPool,
  PgPoolClient,
} from "./notification.ts";
export type { PostgresSchemaOptions, PostgresStoreOptions } from "./options.ts";
export { postgresSchema } from "./schema/schema.ts";
export { type PostgresStore, postgresStore } from "./store.ts";
